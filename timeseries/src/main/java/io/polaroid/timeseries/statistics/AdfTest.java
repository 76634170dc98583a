package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import java.util.Locale;
import java.util.Optional;

/**
 * The augmented Dickey-Fuller test: whether a series has a unit root.
 *
 * <p><b>Shape</b> a series of n finite numbers → one result. <b>Order</b> the series ascends in time, evenly spaced.
 * <br><b>Cost</b> O(n × lags²) time, O(n + lags²) memory.
 * <br><b>Source</b> {@code adfuller} of statsmodels 0.15: Said and Dickey (1984), Schwert (1989) for the default of the greatest lag,
 * MacKinnon (1994, 2010) for p-values and critical values. Differs in that a regression whose columns depend on each other, or that
 * leaves no error to estimate, is refused; statsmodels answers with what rounding makes of it.
 *
 * @param maxLag the greatest lag
 * @param regression deterministic terms
 * @param autoLag how the lag is chosen up to the greatest
 */
public record AdfTest(MaxLag maxLag, Regression regression, AutoLag autoLag) {
    /** A greater share of the changes than rounding leaves of a series that its own past determines. */
    private static final double EXACT = 1e-13;

    /** The test with the defaults of statsmodels: Schwert's rule, a constant, AIC. */
    public static AdfTest standard() {
        return new AdfTest(MaxLag.schwert(), Regression.C, AutoLag.AIC);
    }

    /** The result, or {@code INVALID_ARGUMENT} with what is wrong with the series; {@code BUDGET_EXCEEDED} if it is too much. */
    public Result<AdfResult> apply(double[] x) {
        var unfit = Inputs.problem("x", x);
        if (unfit.isPresent()) {
            return Result.err(unfit.get());
        }
        return greatest(x.length).flatMap(lags -> {
            var work = new AdfRegression(x, regression);
            var tooMuch = Inputs.tooMuch(work.rows(lags), work.terms(lags) + 1L);
            if (tooMuch.isPresent()) {
                return Result.err(tooMuch.get());
            }
            return chosen(work, lags).flatMap(lag -> test(work, lag));
        });
    }

    /** The greatest lag for a series of n numbers. */
    public Result<Integer> greatest(int n) {
        int most = n / 2 - regression.terms() - 1;
        if (most < 0) {
            return Result.err(Inputs.invalid("x has " + n + " rows, and regression '" + name() + "' needs "
                    + 2 * (regression.terms() + 1) + " at least; use a longer series or fewer deterministic terms"));
        }
        return switch (maxLag) {
            case MaxLag.Schwert schwert ->
                Result.ok(Math.min(most, (int) Math.ceil(12.0 * Math.pow(n / 100.0, 1 / 4.0))));
            case MaxLag.Fixed(int lags)
            when lags < 0 -> Result.err(Inputs.invalid("maxlag is " + lags + "; it is 0 or more"));
            case MaxLag.Fixed(int lags)
            when lags > most ->
                Result.err(Inputs.invalid("maxlag is " + lags + "; for " + n + " rows and regression '" + name()
                        + "' it can be " + most + " at most (rows/2 - 1 - deterministic terms)"));
            case MaxLag.Fixed(int lags) -> Result.ok(lags);
        };
    }

    private String name() {
        return regression.name().toLowerCase(Locale.ROOT);
    }

    private Result<Integer> chosen(AdfRegression work, int lags) {
        if (autoLag == AutoLag.NONE) {
            return Result.ok(lags);
        }
        var widest = work.levelFirst(lags);
        var collinear = work.collinear(widest);
        if (collinear.isPresent()) {
            return Result.err(collinear.get());
        }
        return Result.ok(autoLag == AutoLag.T_STAT ? work.significant(widest, lags) : work.best(widest, lags, autoLag));
    }

    private Result<AdfResult> test(AdfRegression work, int lag) {
        int rows = work.rows(lag);
        int terms = work.terms(lag);
        if (rows <= terms) {
            return Result.err(Inputs.invalid("with " + lag + " lags the regression has " + rows + " rows for " + terms
                    + " terms, and nothing is left to estimate the error; use a smaller maxlag or a longer series"));
        }
        var triangle = work.levelLast(lag);
        var unusable = unusable(work, triangle, lag);
        if (unusable.isPresent()) {
            return Result.err(unusable.get());
        }
        double statistic = AdfRegression.lastT(triangle, terms, rows);
        return Result.ok(new AdfResult(
                statistic,
                MacKinnon.pValue(statistic, regression),
                lag,
                rows,
                MacKinnon.criticalValues(regression, rows)));
    }

    private static Optional<Problem> unusable(AdfRegression work, Triangle triangle, int lag) {
        for (int column = 0; column < triangle.columns() - 1; column++) {
            if (triangle.dependsOnOthers(column)) {
                // In this order of columns the level comes last; the other order says which column it is.
                var which = work.collinear(work.levelFirst(lag));
                return which.isPresent()
                        ? which
                        : Optional.of(
                                Inputs.invalid("the terms of the regression are collinear; use a smaller maxlag"));
            }
        }
        int change = triangle.columns() - 1;
        return triangle.length(change, change) > EXACT * triangle.length(change, 0)
                ? Optional.empty()
                : Optional.of(Inputs.invalid("the regression with " + lag
                        + " lags explains x exactly, so that the test has no error to compare with; x is not random"));
    }
}
