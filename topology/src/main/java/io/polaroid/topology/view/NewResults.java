package io.polaroid.topology.view;

import io.polaroid.store.ResultTier;
import io.polaroid.store.StagedResults;
import java.nio.charset.StandardCharsets;

/** Results that are published and on their way into the result tier, where they go together. */
final class NewResults {
    private static final int MOST = 2_048;

    private final ResultTier tier;
    private final Results publisher;
    private final ViewOutput output;
    private final StagedResults staged;
    private int count;

    /**
     * What results of a series have in common.
     *
     * @param number its number in the tier
     * @param key the key of their records
     */
    record Series(int number, byte[] key) {}

    NewResults(ResultTier tier, Results publisher, ViewOutput output) {
        this.tier = tier;
        this.publisher = publisher;
        this.output = output;
        this.staged = tier.stage();
        staged.reserve(MOST);
    }

    /** What a series is to this. */
    Series series(String name) {
        return new Series(tier.seriesNumber(name), name.getBytes(StandardCharsets.UTF_8));
    }

    /** Where the cells of the next result go, at {@link #at}; all of them, but for revision and those after it. */
    StagedResults cells() {
        return staged;
    }

    int at() {
        return count;
    }

    /** Publishes the result whose cells were set as its revision 0. */
    void publish(Series series, long timeNanos, long sequence, long progress, long offset) {
        staged.key(count, series.number(), timeNanos, sequence, false);
        publisher.stamp(staged, count, progress, offset);
        output.publish(series.key(), timeNanos, staged.result(count));
        count++;
        if (count == MOST) {
            flush();
        }
    }

    /** Afterwards the result tier has them all. */
    void flush() {
        if (count > 0) {
            tier.upsertAll(staged, count);
            count = 0;
        }
    }
}
