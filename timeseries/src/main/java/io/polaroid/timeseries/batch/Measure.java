package io.polaroid.timeseries.batch;

/** What is measured of prices. */
public sealed interface Measure {
    /**
     * Simple return: by which part the price is more than some rows earlier.
     *
     * @param n how many rows
     */
    record Return(String price, int n) implements Measure {}

    /**
     * Logarithm of the price over that some rows earlier.
     *
     * @param n how many rows
     */
    record LogReturn(String price, int n) implements Measure {}

    /**
     * Realised volatility: the root of the mean squared log return in the window, times the root of the periods of a year. The mean return
     * is taken as 0, as is usual for short periods.
     *
     * @param periodsPerYear rows of a year; 1 for the volatility of one row
     */
    record RealisedVolatility(String price, Frame frame, double periodsPerYear) implements Measure {}

    /** How many standard deviations (n - 1) of its window a value lies above the mean of its window. */
    record ZScore(String column, Frame frame) implements Measure {}

    /** The part by which the price lies below its highest so far: 0 or negative. */
    record Drawdown(String price) implements Measure {}

    /**
     * The slope of the least-squares line of {@code y} on {@code x}, with an intercept: how much of {@code x} hedges one {@code y}.
     */
    record HedgeRatio(String y, String x, Frame frame) implements Measure {}

    /**
     * Rows in which a deviation from the mean halves, {@code -ln 2 / ln(1 + b)}, where b is the slope of the change of the value on the value
     * before; null where the window does not revert (b not between -1 and 0).
     */
    record HalfLife(String column, Frame frame) implements Measure {}
}
