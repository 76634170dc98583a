package io.polaroid.timeseries.window;

import java.util.Locale;

/** What is computed of the values of a window; names and defaults of Polars' {@code rolling_*}. */
public sealed interface Statistic {
    /** Sum; 0 of nothing. */
    record Sum() implements Statistic {}

    /** Arithmetic mean. */
    record Mean() implements Statistic {}

    /** Least value; NaN if there is one. */
    record Min() implements Statistic {}

    /** Greatest value; NaN if there is one. */
    record Max() implements Statistic {}

    /** Least number; NaN only if there is nothing else: what the aggregate {@code min} is. */
    record LeastNumber() implements Statistic {}

    /** Greatest number; NaN only if there is nothing else: what the aggregate {@code max} is. */
    record GreatestNumber() implements Statistic {}

    /** How many values there are. */
    record Count() implements Statistic {}

    /**
     * Variance.
     *
     * @param ddof what is taken off the number of values in the divisor
     */
    record Var(int ddof) implements Statistic {}

    /**
     * Standard deviation.
     *
     * @param ddof what is taken off the number of values in the divisor
     */
    record Std(int ddof) implements Statistic {}

    /** The value in the middle, or the mean of both. */
    record Median() implements Statistic {}

    /**
     * A quantile.
     *
     * @param quantile from 0 to 1
     */
    record Quantile(double quantile, Interpolation interpolation) implements Statistic {
        public Quantile {
            if (!(quantile >= 0 && quantile <= 1)) {
                throw new IllegalArgumentException("quantile is " + quantile + "; it lies between 0 and 1");
            }
        }
    }

    /**
     * Skewness.
     *
     * @param bias whether the population's, not the sample's
     */
    record Skew(boolean bias) implements Statistic {}

    /**
     * Kurtosis.
     *
     * @param fisher whether that of a normal distribution is 0 instead of 3
     * @param bias whether the population's, not the sample's
     */
    record Kurtosis(boolean fisher, boolean bias) implements Statistic {}

    /** Rank of the last value. */
    record Rank(RankMethod method) implements Statistic {}

    /**
     * Covariance of two columns.
     *
     * @param ddof what is taken off the number of pairs in the divisor
     */
    record Cov(int ddof) implements Statistic {}

    /** Correlation of two columns. */
    record Corr() implements Statistic {}

    /** How many columns it takes. */
    default int columns() {
        return this instanceof Cov || this instanceof Corr ? 2 : 1;
    }

    /** Whether it reads whole numbers and times as such, and gives values of the column's own kind. */
    default boolean keepsWhole() {
        return this instanceof Sum
                || this instanceof Min
                || this instanceof Max
                || this instanceof LeastNumber
                || this instanceof GreatestNumber;
    }

    /** Whether its results are whole though its values are not. */
    default boolean isCount() {
        return this instanceof Count || this instanceof Rank rank && rank.method() != RankMethod.AVERAGE;
    }

    /** Its name in Polars, without {@code rolling_}. */
    default String title() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /**
     * A kernel of its own state.
     *
     * @param values the column; doubles unless {@link #keepsWhole} and the column is whole
     * @param second the second column if it takes two, else ignored
     * @param least the least value that the type of the result holds, if that is whole
     * @param greatest its greatest value
     */
    default Kernel kernel(Values values, Values second, int minSamples, long least, long greatest) {
        return switch (this) {
            case Sum sum ->
                values.isWhole()
                        ? new WholeSums(values, minSamples, least, greatest)
                        : new Sums(values, minSamples, false);
            case Mean mean -> new Sums(values, minSamples, true);
            case Min min -> new Extremes(values, minSamples, false, true);
            case Max max -> new Extremes(values, minSamples, true, true);
            case LeastNumber min -> new Extremes(values, minSamples, false, false);
            case GreatestNumber max -> new Extremes(values, minSamples, true, false);
            case Count count -> new Counts(values, minSamples);
            case Var moment -> new Moments(values, minSamples, moment.ddof(), false);
            case Std moment -> new Moments(values, minSamples, moment.ddof(), true);
            case Median median -> new Quantiles(values, minSamples, 0.5, Interpolation.LINEAR);
            case Quantile part -> new Quantiles(values, minSamples, part.quantile(), part.interpolation());
            case Skew skew -> Shapes.skew(values, minSamples, skew.bias());
            case Kurtosis shape -> Shapes.kurtosis(values, minSamples, shape.bias(), shape.fisher());
            case Rank rank -> new Ranks(values, minSamples, rank.method());
            case Cov cov -> Pairs.of(values, second, minSamples, cov.ddof(), false);
            case Corr corr -> Pairs.of(values, second, minSamples, 1, true);
        };
    }
}
