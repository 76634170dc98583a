package io.polaroid.topology.view;

import io.polaroid.schemas.stream.RowIdentity;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;

/**
 * The rows of an input that a view goes by: those that it was given so far and accepted when they came, and of the revisions of one
 * row the last that it accepted. The row tier holds them all, and those of the frame that are still to come.
 */
final class AcceptedRows {
    private final RowTier tier;
    private final InTime inTime;
    private final RowIdentity identity;
    private final LongUnaryOperator end;
    private final Lateness lateness;
    private long progress;
    private long seen;

    /** Says of rows whether they were late when they came. */
    @FunctionalInterface
    interface InTime {
        boolean test(SeriesRows rows, int index);
    }

    private AcceptedRows(ViewInput input, LongUnaryOperator end, Lateness lateness, InTime inTime) {
        this.lateness = lateness;
        this.tier = input.rows();
        this.inTime = inTime;
        this.identity = input.columns().identity();
        this.end = end;
        this.progress = input.resumes() ? tier.progress() : Long.MIN_VALUE;
        this.seen = input.resumes() ? tier.lastOffset() : -1;
    }

    /** Rows of a view whose results end with their row: one unit of time later, since rows of equal time still see each other. */
    static AcceptedRows perRow(ViewInput input, Timing timing) {
        return perRow(input, timing, 0);
    }

    /**
     * Rows of a view whose results end some time after their row.
     *
     * @param laterNanos how long
     */
    static AcceptedRows perRow(ViewInput input, Timing timing, long laterNanos) {
        long later = TimeUnits.nanosPer(input.columns().unit()) + laterNanos;
        return perBucket(input, timing, time -> time + later);
    }

    /**
     * Rows of a view whose results end with their bucket.
     *
     * @param end exclusive end of the bucket of a time
     */
    static AcceptedRows perBucket(ViewInput input, Timing timing, LongUnaryOperator end) {
        var lateness = Lateness.of(timing, input);
        return new AcceptedRows(
                input, end, lateness, (rows, i) -> !lateness.wasLate(rows, i, end.applyAsLong(rows.timeNanos(i))));
    }

    /**
     * Rows of a view of windows, whose grace outages may delay.
     *
     * @param end exclusive end of the window that decides about a time
     * @param lateness of rows when there were no outages
     */
    static AcceptedRows perWindow(ViewInput input, LongUnaryOperator end, Lateness lateness, InTime inTime) {
        return new AcceptedRows(input, end, lateness, inTime);
    }

    /** The view was given a row. */
    void saw(Accepted row) {
        saw(row.progress(), row.offset());
        lateness.saw(row);
    }

    /** The view was given a row. */
    void saw(AppliedRows frame, int index) {
        saw(frame.progress(index), frame.offset(index));
        lateness.saw(frame, index);
    }

    /** Which rows are late. */
    Lateness lateness() {
        return lateness;
    }

    /** About what it takes of the heap. */
    long heapBytes() {
        return lateness.heapBytes();
    }

    /**
     * The view was given a record.
     *
     * @param newProgress of the partition with it
     */
    void saw(long newProgress, long offset) {
        progress = Math.max(progress, newProgress);
        seen = Math.max(seen, offset);
    }

    /** The progress of the partition, as far as the view was given its records. */
    long progress() {
        return progress;
    }

    /** The rows of a series, also those that do not count. */
    SeriesRows rows(String series) {
        return tier.seriesOfFrame(series);
    }

    /** The rows of a series, and which ones count. */
    History history(String series) {
        SeriesRows rows = rows(series);
        return new History(rows, i -> accepts(rows, i));
    }

    /** The series that have rows, sorted. */
    List<String> seriesKeys() {
        return tier.seriesKeys();
    }

    /** Exclusive end of the result of a row. */
    long end(long timeNanos) {
        return end.applyAsLong(timeNanos);
    }

    /** Whether later rows may take the place of earlier ones. */
    boolean isRevised() {
        return identity.isRevised();
    }

    /** What tells results of equal time apart. */
    long sequence(SeriesRows rows, int index) {
        return identity.sequence(rows, index);
    }

    /** Whether the row counts: it was not late when it came, and no later revision of it that was not replaces it. */
    boolean accepts(SeriesRows rows, int index) {
        return wasInTime(rows, index)
                && !(identity.isRevised() && isReplaced(rows, index))
                && (identity.withdrawn().isEmpty() || identity.isThere(rows.row(index)));
    }

    private boolean wasInTime(SeriesRows rows, int index) {
        return rows.offset(index) <= seen && inTime.test(rows, index);
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
    boolean replaces(Accepted row) {
        if (!identity.isRevised()) {
            return false;
        }
        SeriesRows rows = rows(row.series());
        int own = indexOf(rows, row.timeNanos(), row.offset());
        long sequence = sequence(rows, own);
        for (int i = own - 1; i >= 0 && rows.timeNanos(i) == row.timeNanos(); i--) {
            if (sequence(rows, i) == sequence && wasInTime(rows, i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a row that has just come is one, and not what takes an earlier revision of it back. */
    boolean isThere(Accepted row) {
        return identity.isThere(row.row());
    }

    /** Whether the newest earlier revision of a row that has just come, of those that were not late, is one that counts for something. */
    boolean hadEarlier(Accepted row, Predicate<Row> counts) {
        if (!identity.isRevised()) {
            return false;
        }
        SeriesRows rows = rows(row.series());
        int own = indexOf(rows, row.timeNanos(), row.offset());
        long sequence = sequence(rows, own);
        for (int i = own - 1; i >= 0 && rows.timeNanos(i) == row.timeNanos(); i--) {
            if (sequence(rows, i) == sequence && wasInTime(rows, i)) {
                return identity.isThere(rows.row(i)) && counts.test(rows.row(i));
            }
        }
        return false;
    }

    /** What tells results of equal time apart, of a row that has just come. */
    long sequence(Accepted row) {
        if (!identity.isRevised()) {
            return row.offset();
        }
        SeriesRows rows = rows(row.series());
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
