package io.polaroid.topology.view;

import io.polaroid.store.AppliedRows;
import io.polaroid.store.Outages;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.ViewOperator.Decision;

/**
 * Until when windows take corrections: until grace after they have closed, or after the record that ended an outage that they overlap, if that
 * is later. A view without grace takes none.
 *
 * <p>What an outage adds ends {@code reach} after a window's begin, however long grace is: up to there all rows of the window and all results
 * beside it are kept. So all of this is a function of the records before the row.
 */
final class WindowGrace {
    private static final long LONGEST = Long.MAX_VALUE / 4;

    private final Timing timing;
    private final Lateness lateness;
    private final Outages outages;
    private final long reachNanos;

    WindowGrace(ViewSpec.Resample view, ViewInput input) {
        this.timing = Timing.of(view.policy());
        this.lateness = Lateness.of(timing, input);
        this.outages = input.rows().outages();
        this.reachNanos = reachNanos(view, outages.retentionNanos());
    }

    /**
     * How long after its begin a window takes corrections because of an outage at most.
     *
     * @param retentionNanos how long rows of the input are kept
     */
    static long reachNanos(ViewSpec.Resample view, long retentionNanos) {
        return Math.min(retentionNanos, view.policy().retention().toNanos());
    }

    /** The time from which on results are needed at a progress: what fills a bar follows from one up to {@code max_gap} before it. */
    long keepsFrom(ViewSpec.Gaps gaps, long progress) {
        long needed = Math.min(reachNanos, LONGEST) + Math.min(gaps.maxGap().toNanos(), LONGEST);
        if (!gaps.isFilled() || timing.graceNanos() == 0) {
            return Long.MAX_VALUE;
        }
        return progress < Long.MIN_VALUE + needed ? Long.MIN_VALUE : progress - needed;
    }

    /** How rows stand to windows that overlap no outage. */
    Lateness lateness() {
        return lateness;
    }

    /** The view was given a row. */
    void saw(Accepted row) {
        lateness.saw(row);
    }

    /** The view was given a row. */
    void saw(AppliedRows frame, int index) {
        lateness.saw(frame, index);
    }

    /**
     * How a row stands to the window {@code [start, end)} of a series.
     *
     * @param before the progress that its partition had before it
     * @param offset its number
     */
    Decision decide(String series, long start, long end, long before, long offset) {
        var decision = lateness.decide(series, end, before, offset);
        return decision == Decision.LATE
                        && timing.addsTo(start, reachNanos, before)
                        && before < timing.finalAfter(outages.graceFrom(series, start, end, offset))
                ? Decision.CORRECTED
                : decision;
    }

    /** How far progress was past the point after which no row of the window is accepted. */
    long lateness(String series, long start, long end, long before, long offset) {
        long from = timing.addsTo(start, reachNanos, before)
                ? outages.graceFrom(series, start, end, offset)
                : Long.MIN_VALUE;
        long ofWindow = lateness.nanos(series, end, before, offset);
        return from == Long.MIN_VALUE ? ofWindow : Math.min(ofWindow, before - timing.finalAfter(from));
    }

    /** Whether a control record that comes at a progress changes what the window {@code [start, end)}, which it is about, says of itself. */
    boolean listens(long start, long end, long progress) {
        return timing.listens(start, end, progress, reachNanos);
    }

    /** Whether a row of a window came out of its order, as rows that are brought later do and those of a feed that goes on do not. */
    boolean isBrought(String series, long timeNanos, long before, long offset) {
        return timing.isOutOfOrder(timeNanos, before) && outages.isBrought(series, timeNanos, offset);
    }
}
