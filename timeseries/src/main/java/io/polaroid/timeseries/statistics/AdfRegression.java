package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.result.Problem;
import java.util.Locale;
import java.util.Optional;

/**
 * The change of a series, regressed on deterministic terms, its lagged level and its lagged changes.
 *
 * <p>One factor of the widest regression answers for all narrower ones: the residual of the first k columns is the length of what is
 * left of the changes below row k.
 */
final class AdfRegression {
    /** The 95 % quantile of the normal distribution, as statsmodels writes it. */
    private static final double SIGNIFICANT = 1.6448536269514722;

    private final double[] series;
    private final double[] levels;
    private final Regression regression;

    /** The regressions of a series; all its numbers are finite, and there are two at least. */
    AdfRegression(double[] values, Regression regression) {
        this.series = Inputs.scaled(values, Inputs.scale(values));
        this.regression = regression;
        this.levels = series.clone();
        if (regression != Regression.N) {
            // A constant takes up any shift of the level; without the shift the level is nearly the constant.
            for (int i = 0; i < levels.length; i++) {
                levels[i] -= series[0];
            }
        }
    }

    /** How many rows a regression with so many lags has. */
    int rows(int lags) {
        return series.length - 1 - lags;
    }

    /** How many terms a regression with so many lags has. */
    int terms(int lags) {
        return regression.terms() + 1 + lags;
    }

    /** Deterministic terms, level, lags 1 to {@code lags}, change. */
    Triangle levelFirst(int lags) {
        int before = regression.terms();
        return Triangle.of(rows(lags), terms(lags) + 1, (row, into, at) -> {
            deterministic(row, into, at);
            into[at + before] = levels[row + lags];
            changes(row, lags, into, at + before + 1);
            into[at + before + 1 + lags] = change(row + lags);
        });
    }

    /** Deterministic terms, lags 1 to {@code lags}, level, change. */
    Triangle levelLast(int lags) {
        int before = regression.terms();
        return Triangle.of(rows(lags), terms(lags) + 1, (row, into, at) -> {
            deterministic(row, into, at);
            changes(row, lags, into, at + before);
            into[at + before + lags] = levels[row + lags];
            into[at + before + lags + 1] = change(row + lags);
        });
    }

    private void deterministic(int row, double[] into, int at) {
        double power = 1;
        for (int term = 0; term < regression.terms(); term++) {
            into[at + term] = power;
            power *= row + 1;
        }
    }

    private void changes(int row, int lags, double[] into, int at) {
        for (int lag = 1; lag <= lags; lag++) {
            into[at + lag - 1] = change(row + lags - lag);
        }
    }

    private double change(int index) {
        return series[index + 1] - series[index];
    }

    /** Why the columns of {@link #levelFirst} do not make a regression. */
    Optional<Problem> collinear(Triangle widest) {
        for (int column = 0; column < widest.columns() - 1; column++) {
            if (widest.dependsOnOthers(column)) {
                int lag = column - regression.terms();
                return Optional.of(Inputs.invalid(
                        lag <= 0
                                ? "x follows the trend of regression '"
                                        + regression.name().toLowerCase(Locale.ROOT)
                                        + "' exactly; there is nothing left to test"
                                : "the change of x " + lag
                                        + " rows earlier is a linear combination of the other terms, as in a series that"
                                        + " changes seldom or evenly; use a maxlag below " + lag
                                        + " or a longer series"));
            }
        }
        return Optional.empty();
    }

    /** The lag with the best criterion; the least of equals. */
    int best(Triangle widest, int maxLag, AutoLag way) {
        int rows = rows(maxLag);
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int lag = 0; lag <= maxLag; lag++) {
            int terms = terms(lag);
            double penalty = way == AutoLag.AIC ? 2 : Math.log(rows);
            double criterion = rows * Math.log(widest.residual(terms)) + penalty * terms;
            if (criterion < least) {
                least = criterion;
                best = lag;
            }
        }
        return best;
    }

    /** From the greatest lag down, the first whose last coefficient is significant, else 0. */
    int significant(Triangle widest, int maxLag) {
        int rows = rows(maxLag);
        for (int lag = maxLag; lag > 0; lag--) {
            if (Math.abs(lastT(widest, terms(lag), rows)) >= SIGNIFICANT) {
                return lag;
            }
        }
        return 0;
    }

    /** The t statistic of the last of the first {@code terms} columns; 0 if no row is left to estimate the error. */
    static double lastT(Triangle triangle, int terms, int rows) {
        if (rows <= terms) {
            return 0;
        }
        double coefficient = triangle.get(terms - 1, triangle.columns() - 1);
        double error = Math.sqrt(triangle.residual(terms) / (rows - terms));
        return coefficient * Math.signum(triangle.get(terms - 1, terms - 1)) / error;
    }
}
