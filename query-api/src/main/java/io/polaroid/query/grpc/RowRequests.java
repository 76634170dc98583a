package io.polaroid.query.grpc;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.Decay;
import io.polaroid.timeseries.batch.Diff;
import io.polaroid.timeseries.batch.Ewm;
import io.polaroid.timeseries.batch.EwmBy;
import io.polaroid.timeseries.batch.FillBackward;
import io.polaroid.timeseries.batch.FillForward;
import io.polaroid.timeseries.batch.Lag;
import io.polaroid.timeseries.batch.Lag.FillValue;
import io.polaroid.timeseries.batch.PctChange;
import io.polaroid.timeseries.batch.Target;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.DiffRequest;
import io.polaroid.v1.EwmRequest;
import io.polaroid.v1.FillBackwardRequest;
import io.polaroid.v1.FillForwardRequest;
import io.polaroid.v1.LagRequest;
import io.polaroid.v1.PctChangeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Requests for columns made of other rows as operators. */
final class RowRequests {
    private RowRequests() {}

    static Result<BatchOperator> lag(LagRequest request) {
        return periods(request.hasPeriods(), request.getPeriods())
                .flatMap(n -> fill(request.getFillValue())
                        .map(fill ->
                                new Lag(n, fill, request.getByList(), target(request.getColumn(), request.getName()))));
    }

    private static Result<FillValue> fill(String text) {
        if (text.isEmpty()) {
            return Result.ok(new FillValue.Null());
        }
        return Expr.parse(text).flatMap(value -> switch (value) {
            case Expr.Literal literal -> Result.ok(new FillValue.Constant(literal.value()));
            case Expr.Null none -> Result.ok(new FillValue.Null());
            default -> Result.err(ProblemCode.INVALID_ARGUMENT, "fill_value is " + text + "; expected a literal");
        });
    }

    static Result<BatchOperator> diff(DiffRequest request) {
        return periods(request.hasPeriods(), request.getPeriods())
                .map(n -> new Diff(n, request.getByList(), target(request.getColumn(), request.getName())));
    }

    static Result<BatchOperator> pctChange(PctChangeRequest request) {
        return periods(request.hasPeriods(), request.getPeriods())
                .map(n -> new PctChange(n, request.getByList(), target(request.getColumn(), request.getName())));
    }

    static Result<BatchOperator> fillForward(FillForwardRequest request, Schema input) {
        return limit(request.hasLimit(), request.getLimit())
                .map(limit -> new FillForward(
                        limit, request.getByList(), targets(request.getColumnsList(), request.getByList(), input)));
    }

    static Result<BatchOperator> fillBackward(FillBackwardRequest request, Schema input) {
        return limit(request.hasLimit(), request.getLimit())
                .map(limit -> new FillBackward(
                        limit, request.getByList(), targets(request.getColumnsList(), request.getByList(), input)));
    }

    static Result<BatchOperator> ewm(EwmRequest request) {
        var targets = target(request.getColumn(), request.getName());
        if (!request.getTimeColumn().isEmpty()) {
            return Words.span("half_life", request.getHalfLife())
                    .map(halfLife -> new EwmBy(request.getTimeColumn(), halfLife, request.getByList(), targets));
        }
        return Words.word("function", request.getFunction(), Ewm.Kind.MEAN)
                .flatMap(kind -> decay(request)
                        .map(decay -> new Ewm(
                                kind,
                                decay,
                                !request.hasAdjust() || request.getAdjust(),
                                request.getBias(),
                                request.hasMinSamples()
                                        ? (int) Math.min(Integer.MAX_VALUE, request.getMinSamples())
                                        : 1,
                                request.getIgnoreNulls(),
                                request.getByList(),
                                targets)));
    }

    private static Result<Decay> decay(EwmRequest request) {
        var given = new ArrayList<Supplier<Decay>>();
        if (request.hasAlpha()) {
            given.add(() -> new Decay.Alpha(request.getAlpha()));
        }
        if (request.hasCom()) {
            given.add(() -> new Decay.Com(request.getCom()));
        }
        if (request.hasSpan()) {
            given.add(() -> new Decay.Span(request.getSpan()));
        }
        if (!request.getHalfLife().isEmpty()) {
            given.add(() -> new Decay.HalfLife(Double.parseDouble(request.getHalfLife())));
        }
        if (given.size() != 1) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "exactly one of com, span, half_life and alpha is needed; " + given.size() + " are given");
        }
        try {
            return Result.ok(given.getFirst().get());
        } catch (IllegalArgumentException e) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "weights cannot decay like this: " + e.getMessage());
        }
    }

    private static List<Target> target(String column, String name) {
        return List.of(Target.of(column, name.isEmpty() ? column : name));
    }

    private static List<Target> targets(List<String> columns, List<String> keys, Schema input) {
        var names = columns.isEmpty()
                ? input.getFields().stream()
                        .map(Field::getName)
                        .filter(name -> !keys.contains(name))
                        .toList()
                : columns;
        return names.stream().map(Target::of).toList();
    }

    private static Result<Integer> periods(boolean given, long periods) {
        return !given
                ? Result.ok(1)
                : Math.abs(periods) <= Integer.MAX_VALUE
                        ? Result.ok((int) periods)
                        : Result.err(
                                ProblemCode.INVALID_ARGUMENT, "periods is " + periods + ", must lie within 32 bits");
    }

    private static Result<Integer> limit(boolean given, long limit) {
        return limit < 0
                ? Result.err(ProblemCode.INVALID_ARGUMENT, "limit is " + limit + "; it is not negative")
                : Result.ok(given ? (int) Math.min(Integer.MAX_VALUE, limit) : Integer.MAX_VALUE);
    }
}
