package io.polaroid.store;

import io.polaroid.timeseries.operator.SeriesView;

/** Rows of one series, ordered by (event time, offset), with what decides whether they were late. */
public interface SeriesRows extends SeriesView {
    /** The progress that the partition had just before row {@code index} came: what decides, for any view, whether it was late. */
    long progressBefore(int index);
}
