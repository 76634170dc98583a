package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;

/**
 * A time within which rows may be missing, as control records declared it.
 *
 * @param from the record that declared it
 * @param toNanos up to when rows may be missing; {@link Long#MAX_VALUE} while it lasts
 * @param begun number of the record that declared it
 * @param over number of the record that ended it, for a gap the same one; {@link Long#MAX_VALUE} while it lasts
 * @param progress of the partition at the record that ended it; {@link Long#MAX_VALUE} while it lasts
 * @param delays whether grace counts from its end
 */
record Outage(ControlRecord from, long toNanos, long begun, long over, long progress, boolean delays) {
    static Outage lasting(ControlRecord down, long begun, boolean delays) {
        return new Outage(down, Long.MAX_VALUE, begun, Long.MAX_VALUE, Long.MAX_VALUE, delays);
    }

    Outage ended(long to, long at, long progressThen) {
        return new Outage(from, to, begun, at, progressThen, delays);
    }

    /** Nothing is missing if the feed goes on where it was. */
    boolean isVoid() {
        return toNanos <= from.fromNanos();
    }

    /** Whether rows of a window may be missing, and none came into it since it was over. */
    boolean leavesOut(String series, long startNanos, long endNanos, long brought) {
        return !isVoid()
                && over >= brought
                && from.fromNanos() < endNanos
                && toNanos > startNanos
                && from.concerns(series);
    }

    /** Whether a row of this time is one of those that were missing when it was over, if it came after that. */
    boolean missed(String series, long timeNanos, long offset) {
        return over < offset && from.fromNanos() <= timeNanos && timeNanos < toNanos && from.concerns(series);
    }

    /**
     * The time up to which windows overlap it. While a feed is down nobody knows how far: so afterwards too it is all that has a later end, of
     * which those that had not closed when it came back do not notice.
     */
    long overlapsTo() {
        return from.kind() == ControlRecord.Kind.DOWN ? Long.MAX_VALUE : toNanos;
    }

    /** Whether a row of this number finds grace of a window counted from its end. */
    boolean delays(String series, long startNanos, long endNanos, long offset) {
        return delays
                && begun < offset
                && from.fromNanos() < endNanos
                && overlapsTo() > startNanos
                && from.concerns(series);
    }

    /** The progress from which grace counts for a row of this number; {@link Long#MAX_VALUE} if it lasted then. */
    long progressFor(long offset) {
        return over < offset ? progress : Long.MAX_VALUE;
    }
}
