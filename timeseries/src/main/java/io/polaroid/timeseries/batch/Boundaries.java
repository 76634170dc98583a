package io.polaroid.timeseries.batch;

/** Whether a result has the columns {@code _lower_boundary} and {@code _upper_boundary}. */
public enum Boundaries {
    OMITTED,
    INCLUDED
}
