package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The Johansen test: how many cointegrating relations some series have.
 *
 * <p><b>Shape</b> p series of n finite numbers → p eigenvalues with their statistics. <b>Order</b> rows ascend in time, evenly spaced.
 * <br><b>Cost</b> O(n × (p × lags)²) time, O(n × p) memory.
 * <br><b>Source</b> {@code coint_johansen} of statsmodels 0.15; Johansen (1988, 1995), critical values of MacKinnon, Haug and Michelis
 * (1996). Differs in that collinear series and too few rows are refused where statsmodels may answer with rounding errors, in
 * that one series alone is taken, and in the sign of eigenvectors.
 *
 * @param detOrder -1: no deterministic terms; 0: a constant; 1: a linear trend
 * @param kArDiff how many lagged differences the model has
 */
public record JohansenTest(int detOrder, int kArDiff) {
    /** The result for series that are called by their number. */
    public Result<JohansenResult> apply(double[][] columns) {
        return apply(
                IntStream.range(0, columns.length).mapToObj(Integer::toString).toList(), columns);
    }

    /**
     * The result, or {@code INVALID_ARGUMENT} with what is wrong; {@code BUDGET_EXCEEDED} if it is too much.
     *
     * @param names what the series are called in problems
     * @param columns the series, each an array of all its rows
     */
    public Result<JohansenResult> apply(List<String> names, double[][] columns) {
        var problem = options().or(() -> shape(names, columns));
        return problem.<Result<JohansenResult>>map(Result::err)
                .orElseGet(() -> new JohansenRegression(names, columns, detOrder, kArDiff).solve());
    }

    private Optional<Problem> options() {
        if (detOrder < -1 || detOrder > 1) {
            return Optional.of(Inputs.invalid(
                    "det_order is " + detOrder + "; it can be -1 (none), 0 (constant) or 1 (linear trend)"));
        }
        return kArDiff >= 0
                ? Optional.empty()
                : Optional.of(Inputs.invalid("k_ar_diff is " + kArDiff + "; it is 0 or more"));
    }

    private Optional<Problem> shape(List<String> names, double[][] columns) {
        if (columns.length == 0) {
            return Optional.of(Inputs.invalid("there is no column; give one for each series"));
        }
        var problems = new ArrayList<Problem>();
        for (int i = 0; i < columns.length; i++) {
            String name = "column '" + names.get(i) + "'";
            if (columns[i].length != columns[0].length) {
                problems.add(Inputs.invalid(name + " has " + columns[i].length + " rows and '" + names.getFirst()
                        + "' has " + columns[0].length + "; all need the same"));
            }
            Inputs.problem(name, columns[i]).ifPresent(problems::add);
        }
        return problems.isEmpty() ? enough(columns.length, columns[0].length) : Optional.of(problems.getFirst());
    }

    /** The least number of rows that some series need, or {@code INVALID_ARGUMENT} if an option is wrong. */
    public Result<Integer> least(int series) {
        return options()
                .<Result<Integer>>map(Result::err)
                .orElseGet(() -> Result.ok((int) Math.min(Integer.MAX_VALUE, rows(series))));
    }

    private long terms(long series) {
        return series * kArDiff + (detOrder >= 0 ? 1 : 0);
    }

    private long rows(long series) {
        return 1L + kArDiff + terms(series) + 2 * series;
    }

    /** Rows times squared terms of a test. */
    double work(long rows, long series) {
        double columns = terms(series) + 2.0 * series;
        return rows * columns * columns;
    }

    /** Two subspaces of p dimensions meet, and an eigenvalue is 1, where there is no room for both. */
    private Optional<Problem> enough(long series, long rows) {
        long terms = terms(series);
        long least = rows(series);
        return rows >= least
                ? Inputs.tooMuch(rows, terms + 2 * series)
                : Optional.of(Inputs.invalid("there are " + rows + " rows; " + series + " series with k_ar_diff "
                        + kArDiff + " and det_order " + detOrder + " need " + least
                        + " at least: use a smaller k_ar_diff, fewer series or more rows"));
    }
}
