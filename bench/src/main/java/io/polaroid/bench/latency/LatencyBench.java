package io.polaroid.bench.latency;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.polaroid.bench.child.Guarantee;
import io.polaroid.bench.child.Job;
import io.polaroid.bench.child.Task;
import io.polaroid.bench.run.Cluster;
import io.polaroid.bench.run.Jvm;
import io.polaroid.bench.run.Peer;
import io.polaroid.bench.run.ResultFile;
import io.polaroid.bench.run.Runner;
import io.polaroid.bench.workload.Workload;
import io.polaroid.launcher.cli.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code make bench-latency}: rows at a fixed rate whose event time is the wall clock, bars of one second without a wait for
 * stragglers. The latency of a bar is the time from its end, when the row that closes it is produced, to when a consumer has
 * it (one that reads committed records only where the contestant promises exactly once).
 */
@Command(name = "bench-latency", mixinStandardHelpOptions = true)
public final class LatencyBench implements Callable<Integer> {
    private final Console console = Console.ofProcess();

    @Option(names = "--rate", description = "rows per second (default: ${DEFAULT-VALUE})")
    private int rate = 100_000;

    @Option(names = "--warm-up", description = "seconds whose results are not counted (default: ${DEFAULT-VALUE})")
    private int warmUp = 15;

    @Option(names = "--seconds", description = "seconds whose results are counted (default: ${DEFAULT-VALUE})")
    private int seconds = 30;

    @Option(names = "--runs", description = "runs of each contestant, interleaved (default: ${DEFAULT-VALUE})")
    private int runs = 3;

    @Option(names = "--series", description = "symbols (default: ${DEFAULT-VALUE})")
    private int series = 1_000;

    @Option(names = "--threads", description = "threads of each contestant (default: ${DEFAULT-VALUE})")
    private int threads = 2;

    @Option(
            names = "--commit-ms",
            description = "commit interval of Kafka Streams and Polaroid, checkpoint interval of Flink (default:"
                    + " ${DEFAULT-VALUE})")
    private int commitMillis = 100;

    @Option(names = "--heap", description = "greatest heap of each contestant (default: ${DEFAULT-VALUE})")
    private String heap = "3g";

    @Option(names = "--peers", split = ",", description = "contestants that publish each bar once")
    private String[] peers = {"raw-out", "streams-rocksdb-final", "streams-memory-final", "flink", "polaroid"};

    @Option(names = "--guarantees", split = ",", description = "of alos, eos (default: both)")
    private String[] guarantees = {"alos", "eos"};

    @Option(names = "--out", description = "result file (default: ${DEFAULT-VALUE})")
    private Path out = Path.of("bench", "results", "latency.json");

    @Option(names = "--work", description = "folder of broker and state (default: ${DEFAULT-VALUE})")
    private Path work = Path.of("bench", "target", "work-latency");

    private String command = "";
    private int number;

    private LatencyBench() {}

    /** See {@code --help}. */
    public static void main(String[] arguments) {
        var bench = new LatencyBench();
        bench.command =
                "make bench-latency" + (arguments.length == 0 ? "" : " ARGS=\"" + String.join(" ", arguments) + "\"");
        System.exit(new CommandLine(bench).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Runner.delete(work);
        Files.createDirectories(work);
        var flags = new Jvm.Flags(heap, work.resolve("children.log"));
        var root = ResultFile.begin(command);
        root.putObject("settings")
                .put("rate", rate)
                .put("seconds", seconds)
                .put("series", series)
                .put("threads", threads)
                .put("commitMillis", commitMillis)
                .put("jvm", flags.text());
        var results = root.putArray("runs");
        try (var cluster = Cluster.start(new Jvm.Flags("1g", work.resolve("broker.log")), work.resolve("broker"))) {
            for (int run = 0; run < runs; run++) {
                for (String guarantee : guarantees) {
                    for (String peer : peers) {
                        measure(cluster, flags, Peer.of(peer), Guarantee.of(guarantee), results);
                        ResultFile.write(out, root);
                    }
                }
            }
        }
        console.line("written to " + out);
        return 0;
    }

    private void measure(Cluster cluster, Jvm.Flags flags, Peer peer, Guarantee guarantee, ArrayNode results)
            throws Exception {
        if (!peer.hasGuarantees() && guarantee == Guarantee.EOS) {
            return;
        }
        var task = task(cluster, peer, guarantee);
        Files.createDirectories(task.folder());
        cluster.create(task.trades(), Workload.PARTITIONS);
        cluster.create(task.output(), Workload.PARTITIONS);
        try (var child = Runner.start(flags, peer, task)) {
            child.await("STARTED", 120);
            var load = new LiveLoad(task, rate, series);
            var sample = load.run(warmUp, seconds);
            child.say("stop");
            child.await("RESULT", 120);
            console.line("%-22s %s  p50 %4d ms  p99 %4d ms  max %5d ms  (%,d bars; %,.0f rows/s sent)"
                    .formatted(
                            peer.id(),
                            guarantee.id(),
                            percentile(sample.millis(), 0.5),
                            percentile(sample.millis(), 0.99),
                            percentile(sample.millis(), 1),
                            sample.millis().length,
                            sample.sentPerSecond()));
            results.addObject()
                    .put("name", peer.id())
                    .put("guarantee", guarantee.id())
                    .put("bars", sample.millis().length)
                    .put("sentPerSecond", sample.sentPerSecond())
                    .put("p50Millis", percentile(sample.millis(), 0.5))
                    .put("p99Millis", percentile(sample.millis(), 0.99))
                    .put("maxMillis", percentile(sample.millis(), 1));
        } finally {
            cluster.delete(topic -> topic.startsWith(task.application()));
            Runner.delete(task.folder());
        }
    }

    private Task task(Cluster cluster, Peer peer, Guarantee guarantee) {
        var application = "live-%d".formatted(++number);
        return new Task(
                peer.id(),
                Job.RESAMPLE_1S,
                guarantee,
                cluster.bootstrap(),
                application + "-trades",
                application + "-quotes",
                application + "-out",
                application,
                work.resolve(application),
                threads,
                0,
                commitMillis,
                false,
                "");
    }

    /** Of samples in any order; -1 of none. */
    private static long percentile(long[] samples, double share) {
        if (samples.length == 0) {
            return -1;
        }
        var sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }
}
