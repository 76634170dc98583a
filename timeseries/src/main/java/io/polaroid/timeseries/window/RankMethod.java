package io.polaroid.timeseries.window;

/** Which rank equal values have; names of Polars. */
public enum RankMethod {
    /** The mean of the ranks that they take up. */
    AVERAGE,
    /** The least of these. */
    MIN,
    /** The greatest of these. */
    MAX,
    /** One more than the number of lesser values, each counted once. */
    DENSE
}
