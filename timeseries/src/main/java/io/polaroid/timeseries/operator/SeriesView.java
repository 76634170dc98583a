package io.polaroid.timeseries.operator;

import io.polaroid.timeseries.row.Row;

/** Rows of one series, ascending by (event time, offset). */
public interface SeriesView extends SortedRows {
    /** Offset of row {@code index}. */
    long offset(int index);

    /** The cells of row {@code index}; the Row may be a cursor that is valid until the next call. */
    Row row(int index);
}
