package io.polaroid.topology.view;

import io.polaroid.store.ResultTier;
import io.polaroid.store.StagedResults;

/** Results that are published and on their way into the result tier, where they go together. */
final class NewResults {
    private static final int MOST = 2_048;

    private final ResultTier tier;
    private final Results publisher;
    private final ViewOutput output;
    private final StagedResults staged;
    private final String[] series = new String[MOST];
    private final long[] times = new long[MOST];
    private final long[] sequences = new long[MOST];
    private int count;

    NewResults(ResultTier tier, Results publisher, ViewOutput output) {
        this.tier = tier;
        this.publisher = publisher;
        this.output = output;
        this.staged = tier.stage();
        staged.reserve(MOST);
    }

    /** Where the cells of the next result go, at {@link #at}; all of them, but for revision and those after it. */
    StagedResults cells() {
        return staged;
    }

    int at() {
        return count;
    }

    /** Publishes the result whose cells were set as its revision 0. */
    void publish(String name, long timeNanos, long sequence, long progress, long offset) {
        publisher.stamp(staged, count, progress, offset);
        output.publish(name, timeNanos, staged.result(count));
        series[count] = name;
        times[count] = timeNanos;
        sequences[count] = sequence;
        count++;
        if (count == MOST) {
            flush();
        }
    }

    /** Afterwards the result tier has them all. */
    void flush() {
        if (count > 0) {
            tier.insertAll(staged, series, times, sequences, count);
            count = 0;
        }
    }
}
