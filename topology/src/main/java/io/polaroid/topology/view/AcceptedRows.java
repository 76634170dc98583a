package io.polaroid.topology.view;

import io.polaroid.store.SeriesRows;

/** Which rows of a series a view accepted when they came; the row tier holds them all. */
final class AcceptedRows {
    private final Timing timing;
    private final long unitNanos;

    /**
     * Rows of a view whose results end with their row.
     *
     * @param unitNanos one unit of the time column: rows of equal time still see each other, so a result ends one unit later
     */
    AcceptedRows(Timing timing, long unitNanos) {
        this.timing = timing;
        this.unitNanos = unitNanos;
    }

    /** Exclusive end of the result of a row. */
    long end(long timeNanos) {
        return timeNanos + unitNanos;
    }

    /** Whether the row was not late when it came. */
    boolean accepts(SeriesRows rows, int index) {
        return timing.decide(end(rows.timeNanos(index)), rows.progressBefore(index)) != ViewOperator.Decision.LATE;
    }

    /** Index of the row with this time and offset, or -1 if it is no longer retained. */
    static int indexOf(SeriesRows rows, long timeNanos, long offset) {
        for (int i = rows.lowerBound(timeNanos); i < rows.size() && rows.timeNanos(i) == timeNanos; i++) {
            if (rows.offset(i) == offset) {
                return i;
            }
        }
        return -1;
    }
}
