package io.polaroid.query.grpc;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.Financial;
import io.polaroid.timeseries.batch.Frame;
import io.polaroid.timeseries.batch.Measure;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.MeasureRequest;
import org.apache.arrow.vector.types.pojo.Schema;

/** Requests for measures of prices as operators. */
final class MeasureRequests {
    private MeasureRequests() {}

    static Result<BatchOperator> measure(MeasureRequest request, Schema input) {
        String name =
                request.getName().isEmpty() ? request.getColumn() + "_" + request.getMeasure() : request.getName();
        return of(request, input).map(measure -> new Financial(name, measure, request.getByList()));
    }

    private static Result<Measure> of(MeasureRequest request, Schema input) {
        String column = request.getColumn();
        if (column.isEmpty()) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "column is missing");
        }
        return switch (request.getMeasure()) {
            case "return" -> periods(request).map(n -> new Measure.Return(column, n));
            case "log_return" -> periods(request).map(n -> new Measure.LogReturn(column, n));
            case "drawdown" -> Result.ok(new Measure.Drawdown(column));
            case "realised_volatility" -> frame(request, input).flatMap(frame -> volatility(request, column, frame));
            case "z_score" -> frame(request, input).map(frame -> new Measure.ZScore(column, frame));
            case "half_life" -> frame(request, input).map(frame -> new Measure.HalfLife(column, frame));
            case "hedge_ratio" ->
                request.getWith().isEmpty()
                        ? Result.err(ProblemCode.INVALID_ARGUMENT, "with is missing: the column that hedges " + column)
                        : frame(request, input).map(frame -> new Measure.HedgeRatio(column, request.getWith(), frame));
            default ->
                Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "measure is " + request.getMeasure()
                                + ", must be one of return, log_return, realised_volatility, z_score, drawdown,"
                                + " hedge_ratio, half_life");
        };
    }

    private static Result<Measure> volatility(MeasureRequest request, String column, Frame frame) {
        double periods = request.hasPeriodsPerYear() ? request.getPeriodsPerYear() : 1;
        return periods > 0 && Double.isFinite(periods)
                ? Result.ok(new Measure.RealisedVolatility(column, frame, periods))
                : Result.err(ProblemCode.INVALID_ARGUMENT, "periods_per_year is " + periods + "; it must be positive");
    }

    private static Result<Integer> periods(MeasureRequest request) {
        long n = request.hasPeriods() ? request.getPeriods() : 1;
        return n == (int) n && n != Integer.MIN_VALUE
                ? Result.ok((int) n)
                : Result.err(ProblemCode.INVALID_ARGUMENT, "periods is " + n + "; it has at most 31 bits");
    }

    private static Result<Frame> frame(MeasureRequest request, Schema input) {
        var rows = Words.number(request.getWindow());
        long least = request.hasMinSamples() ? request.getMinSamples() : rows.orElse(1);
        if (least < 0 || least > rows.orElse(Integer.MAX_VALUE) || rows.isPresent() && rows.get() < 1) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "window is " + request.getWindow() + " and min_samples " + least
                            + "; a window has at least 1 row, and min_samples lies between 0 and the window");
        }
        return rows.isPresent()
                ? Result.ok(new Frame.Rows(rows.get(), (int) least, false))
                : Words.timeColumn(request.getTimeColumn(), input)
                        .flatMap(time -> Words.span("window", request.getWindow())
                                .map(window -> new Frame.By(time, window, Closed.RIGHT, (int) least)));
    }
}
