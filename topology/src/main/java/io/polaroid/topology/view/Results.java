package io.polaroid.topology.view;

import io.polaroid.store.ResultTier;
import io.polaroid.store.StagedResults;
import io.polaroid.timeseries.time.TimeUnits;
import org.apache.arrow.vector.types.TimeUnit;

/** Publishes results: numbers their revisions and stamps what caused them. */
final class Results {
    private final ResultTier tier;
    private final ViewOutput output;
    private final int revision;

    Results(ResultTier tier, ViewOutput output) {
        this.tier = tier;
        this.output = output;
        this.revision = tier.resultSchema().getFields().size() - 3;
    }

    /** Sets what {@link #publish} would set for a result that has not been published, which is on its way to the tier. */
    void stamp(StagedResults staged, int index, long progress, long offset) {
        staged.setLong(index, revision, 0);
        staged.setLong(index, revision + 1, TimeUnits.fromNanos(progress, TimeUnit.MICROSECOND));
        staged.setLong(index, revision + 2, offset);
    }

    /** Leaves a result, which is on its way to the tier, unpublished. */
    void clear(StagedResults staged, int index) {
        staged.set(index, revision, null);
        staged.set(index, revision + 1, null);
        staged.set(index, revision + 2, null);
    }

    /**
     * What makes a result be published.
     *
     * @param progress what the causing record brought progress to
     * @param offset its offset
     */
    record Cause(long progress, long offset) {}

    /** Publishes the next revision of a result whose cells are set. */
    void publish(int row, Cause cause) {
        publish(row, cause.progress(), cause.offset());
    }

    /**
     * Publishes the next revision of a result whose cells are set.
     *
     * @param progress what the causing row brought progress to
     * @param offset the causing row's offset
     */
    void publish(int row, long progress, long offset) {
        long next = tier.isProvisional(row) ? 0 : tier.result(row).longAt(revision) + 1;
        tier.set(row, revision, next);
        tier.set(row, revision + 1, TimeUnits.fromNanos(progress, TimeUnit.MICROSECOND));
        tier.set(row, revision + 2, offset);
        output.publish(tier.series(row), tier.timeNanos(row), tier.result(row));
    }
}
