package io.polaroid.query.grpc;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.Frame;
import io.polaroid.timeseries.batch.Output;
import io.polaroid.timeseries.batch.RollingRows;
import io.polaroid.timeseries.batch.RollingTime;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.window.Interpolation;
import io.polaroid.timeseries.window.Statistic;
import io.polaroid.v1.Aggregation;
import io.polaroid.v1.RollingWindowRequest;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** Requests for windows of each row as operators: of rows, of time beside the rows, or of time in place of them. */
final class RollingRequests {
    private RollingRequests() {}

    static Result<BatchOperator> rolling(RollingWindowRequest request, Schema input) {
        var rows = Words.number(request.getWindow());
        if (rows.isPresent()) {
            return rows(request, rows.get()).flatMap(frame -> columns(request, frame));
        }
        return Words.timeColumn(request.getTimeColumn(), input)
                .flatMap(time -> request.getAsColumns()
                        ? by(request, time).flatMap(frame -> columns(request, frame))
                        : time(request, time));
    }

    private static Result<Frame> rows(RollingWindowRequest request, int windowSize) {
        long minSamples = request.hasMinSamples() ? request.getMinSamples() : windowSize;
        if (windowSize < 1 || minSamples < 0 || minSamples > windowSize) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "window is " + windowSize + " rows and min_samples " + minSamples
                            + "; a window has at least 1 row, and min_samples lies between 0 and the window");
        }
        return Result.ok(new Frame.Rows(windowSize, (int) minSamples, request.getCenter()));
    }

    private static Result<Frame> by(RollingWindowRequest request, String time) {
        long minSamples = request.hasMinSamples() ? request.getMinSamples() : 1;
        if (minSamples < 0 || minSamples > Integer.MAX_VALUE) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "min_samples is " + minSamples + "; it is not negative");
        }
        return Words.span("window", request.getWindow())
                .flatMap(window -> Words.word("closed", request.getClosed(), Closed.RIGHT)
                        .map(closed -> new Frame.By(time, window, closed, (int) minSamples)));
    }

    private static Result<BatchOperator> columns(RollingWindowRequest request, Frame frame) {
        return Requests.all(request.getAggregationsList(), RollingRequests::output)
                .map(outputs -> new RollingRows(frame, request.getByList(), outputs));
    }

    private static Result<BatchOperator> time(RollingWindowRequest request, String time) {
        if (request.hasMinSamples() || request.getCenter()) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "min_samples and center are of windows of rows, or of aggregates as columns (as_columns)");
        }
        return Words.span("window", request.getWindow())
                .flatMap(period -> Words.span("offset", request.getOffset(), period.negated())
                        .flatMap(offset -> Words.word("closed", request.getClosed(), Closed.RIGHT)
                                .flatMap(closed -> Aggregates.of(request.getAggregationsList())
                                        .map(aggregates -> new RollingTime(
                                                time, period, offset, closed, request.getByList(), aggregates)))));
    }

    private static Result<Output> output(Aggregation aggregation) {
        var name = aggregation.getName().isEmpty()
                ? aggregation.getColumn() + "_" + aggregation.getFunction()
                : aggregation.getName();
        return aggregation.getColumn().isEmpty()
                ? Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "a window beside the rows takes a column and a function, no expression")
                : statistic(aggregation).map(what -> new Output(name, what, columns(aggregation, what)));
    }

    private static List<String> columns(Aggregation aggregation, Statistic what) {
        return what.columns() == 2
                ? List.of(aggregation.getColumn(), aggregation.getOther())
                : List.of(aggregation.getColumn());
    }

    private static Result<Statistic> statistic(Aggregation aggregation) {
        int ddof = aggregation.hasDdof() ? aggregation.getDdof() : 1;
        return switch (aggregation.getFunction()) {
            case "sum" -> Result.ok(new Statistic.Sum());
            case "mean" -> Result.ok(new Statistic.Mean());
            case "min" -> Result.ok(new Statistic.Min());
            case "max" -> Result.ok(new Statistic.Max());
            case "count" -> Result.ok(new Statistic.Count());
            case "std" -> Result.ok(new Statistic.Std(ddof));
            case "var" -> Result.ok(new Statistic.Var(ddof));
            case "median" -> Result.ok(new Statistic.Median());
            case "skew" -> Result.ok(new Statistic.Skew(true));
            case "kurtosis" -> Result.ok(new Statistic.Kurtosis(true, true));
            case "quantile" -> quantile(aggregation);
            case "corr" -> Result.ok(new Statistic.Corr());
            case "cov" -> Result.ok(new Statistic.Cov(ddof));
            default ->
                Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "there is no rolling function " + aggregation.getFunction()
                                + "; there are sum, mean, min, max, count, std, var, median, quantile, skew, kurtosis,"
                                + " corr, cov");
        };
    }

    private static Result<Statistic> quantile(Aggregation aggregation) {
        double quantile = aggregation.hasQuantile() ? aggregation.getQuantile() : 0.5;
        if (!(quantile >= 0 && quantile <= 1)) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "quantile is " + quantile + "; it lies between 0 and 1");
        }
        return Words.word("interpolation", aggregation.getInterpolation(), Interpolation.NEAREST)
                .map(between -> new Statistic.Quantile(quantile, between));
    }
}
