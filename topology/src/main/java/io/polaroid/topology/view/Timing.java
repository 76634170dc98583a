package io.polaroid.topology.view;

import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.ViewOperator.Decision;
import java.util.OptionalLong;

/**
 * When results of a view close, and what a row is by that: rules 1 and 3 of the design, a pure function of event times.
 *
 * @param disorderNanos how long results wait for stragglers
 * @param graceNanos how long after closing a correction is accepted at most
 * @param ofSeriesNanos how long after its own series has passed a window one is accepted, for views that ask for it
 */
record Timing(long disorderNanos, long graceNanos, OptionalLong ofSeriesNanos) {
    private static final long SECOND = 1_000_000_000L;

    static Timing of(ViewSpec.Policy policy) {
        var ofSeries = policy.lateness() instanceof ViewSpec.Lateness.OfSeries && policy.late() != ViewSpec.Late.SIDE
                ? OptionalLong.of(policy.grace().toNanos())
                : OptionalLong.empty();
        return new Timing(policy.disorder().toNanos(), policy.corrects().toNanos(), ofSeries);
    }

    /** Progress at which a window with this exclusive end closes. */
    long closesAt(long endNanos) {
        return saturatingAdd(endNanos, disorderNanos);
    }

    /** Whether a window with this exclusive end has closed at this progress. */
    boolean closed(long endNanos, long progress) {
        return progress >= closesAt(endNanos);
    }

    /** How a row that came when its partition had this progress stands to a window with this exclusive end. */
    Decision decide(long endNanos, long progressBefore) {
        if (!closed(endNanos, progressBefore)) {
            return Decision.ON_TIME;
        }
        return progressBefore < finalAt(closesAt(endNanos)) ? Decision.CORRECTED : Decision.LATE;
    }

    /** Grace as it was declared: what outages give anew. */
    long declaredGraceNanos() {
        return ofSeriesNanos.orElse(graceNanos);
    }

    /** Progress of its own series from which a row of a window with this exclusive end is late, for views that go by it. */
    long passedAt(long endNanos) {
        return saturatingAdd(closesAt(endNanos), declaredGraceNanos());
    }

    private long finalAt(long progress) {
        return saturatingAdd(progress, graceNanos);
    }

    /** Progress at which corrections end whose grace counts from the progress at which an outage was over. */
    long finalAfter(long outage) {
        return saturatingAdd(outage, declaredGraceNanos());
    }

    /** Whether an outage may give a window that begins at a time more grace at this progress. */
    boolean addsTo(long startNanos, long reachNanos, long progress) {
        return declaredGraceNanos() > 0 && progress <= saturatingAdd(startNanos, reachNanos);
    }

    /** Whether what is said of the feed at this progress changes a window: an outage that it overlaps gives it new grace, within reach. */
    boolean listens(long startNanos, long endNanos, long progress, long reachNanos) {
        return !isFinal(endNanos, progress) || addsTo(startNanos, reachNanos, progress);
    }

    /** Whether a row comes later after its time than results wait for stragglers. */
    boolean isOutOfOrder(long timeNanos, long progressBefore) {
        return progressBefore > closesAt(timeNanos);
    }

    /** How far progress was past the point after which no row of the window is accepted. */
    long lateness(long endNanos, long progressBefore) {
        return progressBefore - finalAt(closesAt(endNanos));
    }

    /** Whether a window with this exclusive end takes no corrections any more at this progress. */
    boolean isFinal(long endNanos, long progress) {
        return closed(endNanos, progress) && decide(endNanos, progress) == Decision.LATE;
    }

    /** The event time up to which everything has closed at this progress; {@link Long#MIN_VALUE} for none yet. */
    long closedTo(long progress) {
        return progress < Long.MIN_VALUE + disorderNanos ? Long.MIN_VALUE : progress - disorderNanos;
    }

    /** The event time up to which nothing takes corrections any more at this progress. */
    long openTo(long progress) {
        long closed = closedTo(progress);
        return closed < Long.MIN_VALUE + graceNanos ? Long.MIN_VALUE : closed - graceNanos;
    }

    /** {@link #closedTo} for results that end with their row, in steps of a second: so often a view tells its progress on. */
    long settledBefore(long progress) {
        long closed = closedTo(progress);
        return closed < Long.MIN_VALUE + SECOND ? Long.MIN_VALUE : Math.floorDiv(closed, SECOND) * SECOND;
    }

    /** The least progress at which {@link #settledBefore} changes. */
    long settlesAt(long progress) {
        long settled = settledBefore(progress);
        return settled == Long.MIN_VALUE ? Long.MIN_VALUE : closesAt(settled + SECOND);
    }

    private static long saturatingAdd(long time, long duration) {
        long sum = time + duration;
        return sum < time && duration >= 0 ? Long.MAX_VALUE : sum;
    }
}
