package io.polaroid.query.grpc;

import io.polaroid.timeseries.batch.Align;
import io.polaroid.timeseries.batch.Anchor;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.Boundaries;
import io.polaroid.timeseries.batch.Fill;
import io.polaroid.timeseries.batch.Label;
import io.polaroid.timeseries.batch.Resample;
import io.polaroid.timeseries.batch.Sessions;
import io.polaroid.timeseries.batch.StartBy;
import io.polaroid.timeseries.batch.Upsample;
import io.polaroid.timeseries.batch.Windows;
import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.v1.AlignRequest;
import io.polaroid.v1.ResampleRequest;
import io.polaroid.v1.SessionsRequest;
import io.polaroid.v1.UpsampleRequest;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.vector.types.pojo.Schema;

/** Requests for windows of time as operators. */
final class WindowRequests {
    private WindowRequests() {}

    static Result<BatchOperator> resample(ResampleRequest request, Schema input) {
        return Words.timeColumn(request.getTimeColumn(), input)
                .flatMap(time -> windows(request)
                        .flatMap(windows -> Words.word("label", request.getLabel(), Label.LEFT)
                                .flatMap(label -> anchor(request)
                                        .flatMap(anchor -> Aggregates.of(request.getAggregationsList())
                                                .flatMap(aggregates -> fills(request.getFillList(), aggregates)
                                                        .map(fills -> new Resample(
                                                                time,
                                                                windows,
                                                                label,
                                                                request.getIncludeBoundaries()
                                                                        ? Boundaries.INCLUDED
                                                                        : Boundaries.OMITTED,
                                                                request.getByList(),
                                                                anchor,
                                                                aggregates,
                                                                fills)))))));
    }

    static Result<BatchOperator> sessions(SessionsRequest request, Schema input) {
        return Words.timeColumn(request.getTimeColumn(), input)
                .flatMap(time -> Words.span("gap", request.getGap())
                        .flatMap(gap -> Aggregates.of(request.getAggregationsList())
                                .map(aggregates -> new Sessions(time, gap, request.getByList(), aggregates))));
    }

    static Result<BatchOperator> align(AlignRequest request, Schema input) {
        return Words.timeColumn(request.getTimeColumn(), input)
                .flatMap(time -> Words.span("every", request.getEvery())
                        .flatMap(every -> Words.span("tolerance", request.getTolerance(), Span.ZERO)
                                .flatMap(tolerance -> suffixes(request)
                                        .map(suffixes ->
                                                new Align(time, every, tolerance, request.getByList(), suffixes)))));
    }

    private static Result<List<String>> suffixes(AlignRequest request) {
        int others = request.getOthersCount();
        if (request.getSuffixesCount() == 0) {
            return Result.ok(Collections.nCopies(others, "_right"));
        }
        return request.getSuffixesCount() == others
                ? Result.ok(request.getSuffixesList())
                : Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "there are %d suffixes for %d other frames; give one for each"
                                .formatted(request.getSuffixesCount(), others));
    }

    static Result<BatchOperator> upsample(UpsampleRequest request, Schema input) {
        return Words.timeColumn(request.getTimeColumn(), input)
                .flatMap(time -> Words.span("every", request.getEvery())
                        .map(every -> new Upsample(time, every, request.getByList())));
    }

    private static Result<Windows> windows(ResampleRequest request) {
        return Words.span("frequency", request.getFrequency())
                .flatMap(every -> Words.span("period", request.getPeriod(), every)
                        .flatMap(period -> Words.span("offset", request.getOffset(), Span.ZERO)
                                .flatMap(offset -> Words.word("closed", request.getClosed(), Closed.LEFT)
                                        .flatMap(closed -> Words.word("start_by", request.getStartBy(), StartBy.WINDOW)
                                                .map(startBy ->
                                                        new Windows(every, period, offset, closed, startBy))))));
    }

    private static Result<Anchor> anchor(ResampleRequest request) {
        if (!request.getCalendar().isEmpty()) {
            return request.getTimezone().isEmpty()
                    ? TradingCalendar.named(request.getCalendar()).map(Anchor.Sessions::new)
                    : Result.err(
                            ProblemCode.INVALID_ARGUMENT,
                            "a calendar has its own zone; give calendar or timezone, not both");
        }
        if (request.getTimezone().isEmpty()) {
            return Result.ok(new Anchor.OfColumn());
        }
        try {
            return Result.ok(new Anchor.InZone(ZoneId.of(request.getTimezone())));
        } catch (DateTimeException e) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "timezone is " + request.getTimezone() + ", which is no zone; expected such as Europe/Berlin");
        }
    }

    private static Result<SequencedMap<String, Fill>> fills(
            List<io.polaroid.v1.Fill> requested, SequencedMap<String, String> outputs) {
        var fills = new LinkedHashMap<String, Fill>();
        for (var one : requested) {
            switch (fill(one)) {
                case Result.Err<Fill>(var problem) -> {
                    return Result.err(problem);
                }
                case Result.Ok<Fill>(var fill) -> {
                    if (one.getColumn().isEmpty()) {
                        outputs.sequencedKeySet().forEach(output -> fills.putIfAbsent(output, fill));
                    } else {
                        fills.put(one.getColumn(), fill);
                    }
                }
            }
        }
        return Result.ok(fills);
    }

    private static Result<Fill> fill(io.polaroid.v1.Fill request) {
        int limit = request.getLimit() == 0
                ? Fill.NO_LIMIT
                : (int) Math.min(Fill.NO_LIMIT, Math.max(0, request.getLimit()));
        return switch (request.getMode()) {
            case "none" -> Result.ok(new Fill.None());
            case "null" -> Result.ok(new Fill.Null());
            case "previous" -> Result.ok(new Fill.Previous(limit));
            case "linear" -> Result.ok(new Fill.Linear(limit));
            case "constant" ->
                Expr.parse(request.getValue())
                        .flatMap(value -> value instanceof Expr.Literal literal
                                ? Result.ok(new Fill.Constant(literal.value(), limit))
                                : Result.err(
                                        ProblemCode.INVALID_ARGUMENT,
                                        "the value of a constant fill is " + request.getValue()
                                                + "; expected a literal"));
            default ->
                Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "mode of fill is " + request.getMode() + ", must be none, null, previous, linear or constant");
        };
    }
}
