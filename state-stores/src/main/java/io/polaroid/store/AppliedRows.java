package io.polaroid.store;

import io.polaroid.timeseries.row.Row;

/**
 * What became of the records that {@link RowTier#applyAll} took in, in their order. Rows that were accepted are columns; all else
 * is as {@link RowTier#apply} gives it. Valid until the tier's next apply.
 */
public interface AppliedRows {
    /** How many records. */
    int size();

    /** Whether a record is a row that is now in the store. */
    boolean isAccepted(int index);

    /** What became of a record, as an object. */
    RowTier.Applied applied(int index);

    /** Offset of a record. */
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

    /** Cells of an accepted row; a cursor, valid until the next call. */
    Row row(int index);
}
