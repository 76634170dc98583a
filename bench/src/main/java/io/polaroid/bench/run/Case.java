package io.polaroid.bench.run;

import io.polaroid.bench.child.Guarantee;
import io.polaroid.bench.child.Job;
import io.polaroid.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * What contestants are compared in.
 *
 * @param job the work
 * @param guarantee what must survive a crash
 * @param workload the rows
 * @param peers who takes part
 */
record Case(Job job, Guarantee guarantee, Workload workload, List<Peer> peers) {
    private static final long TRAINING_ROWS = 1_000_000;

    Case {
        peers = List.copyOf(peers);
    }

    /** The same work over fewer rows, from which a JVM learns what to have ready. */
    Case training() {
        long rows = Math.min(workload.rows(), TRAINING_ROWS);
        return new Case(job, guarantee, new Workload(rows, workload.series(), workload.skew()), peers);
    }

    /** Topic of trades. */
    String trades() {
        return "trades_" + workload.id();
    }

    /** Topic of quotes. */
    String quotes() {
        return "quotes_" + workload.id();
    }

    /** Topic that a contestant reads in place of one of these. */
    static String topicFor(Peer peer, String topic) {
        return peer.takesBatches() ? topic + "_arrow" : topic;
    }

    /** Input records. */
    long records() {
        return job == Job.ASOF ? 2 * workload.rows() : workload.rows();
    }

    /** One line. */
    String text() {
        return "%s %s, %d series %s, %,d records"
                .formatted(
                        job.id(),
                        guarantee.id(),
                        workload.series(),
                        workload.skew().name().toLowerCase(java.util.Locale.ROOT),
                        records());
    }

    /**
     * All cases of the wished kinds. Contestants without guarantees take part at ALOS only; Kafka Streams' rolling windows, which
     * cost a hundred times more than all else, get a feed of their own with fewer rows.
     */
    static List<Case> of(StreamOptions options) {
        var cases = new ArrayList<Case>();
        for (int series : options.series()) {
            for (Workload.Skew skew : options.skews()) {
                boolean usual = series == options.series().getFirst()
                        && skew == options.skews().getFirst();
                for (Job job : options.jobs()) {
                    for (Guarantee guarantee : options.guarantees()) {
                        if (usual || options.every() || (job == Job.RESAMPLE_1S && guarantee == Guarantee.EOS)) {
                            add(cases, options, job, guarantee, new Workload(options.rows(), series, skew));
                        }
                    }
                }
            }
        }
        return cases;
    }

    private static void add(List<Case> cases, StreamOptions options, Job job, Guarantee guarantee, Workload workload) {
        var all = options.peers().stream()
                .filter(peer -> peer.does(job))
                .filter(peer -> peer.hasGuarantees()
                        || guarantee == options.guarantees().getFirst())
                .toList();
        var slow = all.stream()
                .filter(peer -> job == Job.ROLLING_60S && peer.id().startsWith("streams-"))
                .toList();
        var quick = all.stream().filter(peer -> !slow.contains(peer)).toList();
        if (!quick.isEmpty()) {
            cases.add(new Case(job, guarantee, workload, quick));
        }
        if (!slow.isEmpty()) {
            long rows = Math.min(workload.rows(), options.slowRows());
            cases.add(new Case(job, guarantee, new Workload(rows, workload.series(), workload.skew()), slow));
        }
    }
}
