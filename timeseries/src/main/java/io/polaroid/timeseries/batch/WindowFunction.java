package io.polaroid.timeseries.batch;

/** A statistic that a caller brings. */
@FunctionalInterface
public interface WindowFunction {
    /**
     * The result for a window.
     *
     * @param values the values in the window, in order, without the nulls; the caller's to keep
     * @return a number; NaN is one
     */
    double apply(double[] values);
}
