package io.polaroid.store;

import io.polaroid.timeseries.row.Row;

/** Rows of one series, ordered by (event time, offset). */
public interface SeriesRows {
    /** How many there are. */
    int size();

    /** Event time of row {@code index}, ns since 1970 UTC. */
    long timeNanos(int index);

    /** Offset of row {@code index}. */
    long offset(int index);

    /** The partition's progress just before row {@code index} came, which decides whether it was late, for any view. */
    long progressBefore(int index);

    /** The cells of row {@code index}; the Row is a cursor, valid until the next call of this method. */
    Row row(int index);

    /** Index of the first row at or after this time, {@link #size} if none. */
    int lowerBound(long timeNanos);

    /** Index of the first row after this time, {@link #size} if none. */
    int upperBound(long timeNanos);
}
