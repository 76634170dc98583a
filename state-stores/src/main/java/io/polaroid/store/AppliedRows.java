package io.polaroid.store;

import io.polaroid.timeseries.row.Row;

/**
 * What became of the records that {@link RowTier#applyAll} took in, in their order; of a record of many rows, of each row. Rows that were accepted are columns; all else
 * is as {@link RowTier#apply} gives it. Valid until the tier's next apply.
 */
public interface AppliedRows {
    /** How many. */
    int size();

    /** Whether a record is a row that is now in the store. */
    boolean isAccepted(int index);

    /** Which of the records it is, or is a row of. */
    int record(int index);

    /** Whether it is one of many rows of its record. */
    boolean isOfMany(int index);

    /** What became of a record, as an object. */
    RowTier.Applied applied(int index);

    /** Number of a row; see {@link RowTier.Applied#offset}. */
    long offset(int index);

    /** Number of an accepted row's series: from 0, the same for as long as the store is open. */
    int series(int index);

    /** The series of a number. */
    String seriesName(int number);

    /** Event time of an accepted row. */
    long timeNanos(int index);

    /** The partition's progress before a record. */
    long progressBefore(int index);

    /** The partition's progress with a record. */
    long progress(int index);

    /** Cells of a row that was accepted, or is one of many in its record; a cursor, valid until the next call. */
    Row row(int index);
}
