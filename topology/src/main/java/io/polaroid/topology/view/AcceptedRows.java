package io.polaroid.topology.view;

import io.polaroid.schemas.stream.RowIdentity;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import java.util.function.LongUnaryOperator;

/**
 * Which rows of a series a view goes by: those that it accepted when they came, and of the revisions of one row the last that
 * it accepted. The row tier holds them all.
 */
final class AcceptedRows {
    private final Timing timing;
    private final RowIdentity identity;
    private final LongUnaryOperator end;

    private AcceptedRows(Timing timing, RowIdentity identity, LongUnaryOperator end) {
        this.timing = timing;
        this.identity = identity;
        this.end = end;
    }

    /**
     * Rows of a view whose results end with their row.
     *
     * @param unitNanos one unit of the time column: rows of equal time still see each other, so a result ends one unit later
     */
    static AcceptedRows perRow(Timing timing, RowIdentity identity, long unitNanos) {
        return new AcceptedRows(timing, identity, time -> time + unitNanos);
    }

    /**
     * Rows of a view whose results end with their bucket.
     *
     * @param end exclusive end of the bucket of a time
     */
    static AcceptedRows perBucket(Timing timing, RowIdentity identity, LongUnaryOperator end) {
        return new AcceptedRows(timing, identity, end);
    }

    /** Exclusive end of the result of a row. */
    long end(long timeNanos) {
        return end.applyAsLong(timeNanos);
    }

    /** What tells results of equal time apart. */
    long sequence(SeriesRows rows, int index) {
        return identity.sequence(rows, index);
    }

    /** Whether the row counts: it was not late when it came, and no later revision of it that was not replaces it. */
    boolean accepts(SeriesRows rows, int index) {
        return wasInTime(rows, index) && !(identity.isRevised() && isReplaced(rows, index));
    }

    private boolean wasInTime(SeriesRows rows, int index) {
        return timing.decide(end(rows.timeNanos(index)), rows.progressBefore(index)) != ViewOperator.Decision.LATE;
    }

    private boolean isReplaced(SeriesRows rows, int index) {
        long time = rows.timeNanos(index);
        long sequence = sequence(rows, index);
        for (int i = index + 1; i < rows.size() && rows.timeNanos(i) == time; i++) {
            if (sequence(rows, i) == sequence && wasInTime(rows, i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a row that has just come, and is not late, takes the place of an earlier revision. */
    boolean replaces(RowTier tier, Accepted row) {
        if (!identity.isRevised()) {
            return false;
        }
        SeriesRows rows = tier.series(row.series());
        int own = indexOf(rows, row.timeNanos(), row.offset());
        long sequence = sequence(rows, own);
        for (int i = own - 1; i >= 0 && rows.timeNanos(i) == row.timeNanos(); i--) {
            if (sequence(rows, i) == sequence && wasInTime(rows, i)) {
                return true;
            }
        }
        return false;
    }

    /** What tells results of equal time apart, of a row that has just come. */
    long sequence(RowTier tier, Accepted row) {
        if (!identity.isRevised()) {
            return row.offset();
        }
        SeriesRows rows = tier.series(row.series());
        return sequence(rows, indexOf(rows, row.timeNanos(), row.offset()));
    }

    /** Index of the row that counts of this time and sequence, or -1 if none is retained. */
    int find(SeriesRows rows, long timeNanos, long sequence) {
        for (int i = rows.lowerBound(timeNanos); i < rows.size() && rows.timeNanos(i) == timeNanos; i++) {
            if (sequence(rows, i) == sequence && accepts(rows, i)) {
                return i;
            }
        }
        return -1;
    }

    private static int indexOf(SeriesRows rows, long timeNanos, long offset) {
        for (int i = rows.upperBound(timeNanos) - 1; i >= 0 && rows.timeNanos(i) == timeNanos; i--) {
            if (rows.offset(i) == offset) {
                return i;
            }
        }
        throw new IllegalStateException("the row at offset " + offset + " is not in the row tier that took it in");
    }
}
