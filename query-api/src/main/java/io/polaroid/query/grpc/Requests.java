package io.polaroid.query.grpc;

import io.polaroid.query.operator.JoinRows;
import io.polaroid.query.operator.JoinRows.How;
import io.polaroid.timeseries.batch.AsofJoin;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.GroupBy;
import io.polaroid.timeseries.batch.Tolerance;
import io.polaroid.timeseries.batch.WindowJoin;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.AsofJoinRequest;
import io.polaroid.v1.GroupByRequest;
import io.polaroid.v1.JoinRequest;
import io.polaroid.v1.WindowJoinRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Requests as operators. What a field leaves out is as in Polars. */
final class Requests {
    private static final String RIGHT = "_right";
    private static final String NO_TIME = "the time columns are missing; give on, or left_on and right_on";

    private Requests() {}

    /** What each item is made into, or the first problem. */
    static <T, R> Result<List<R>> all(List<T> items, Function<? super T, Result<R>> make) {
        var made = new ArrayList<R>();
        for (var item : items) {
            switch (make.apply(item)) {
                case Result.Err<R>(var problem) -> {
                    return Result.err(problem);
                }
                case Result.Ok<R>(var value) -> made.add(value);
            }
        }
        return Result.ok(List.copyOf(made));
    }

    static Result<BatchOperator> groupBy(GroupByRequest request) {
        return Aggregates.of(request.getAggregationsList())
                .map(aggregates -> new GroupBy(request.getByList(), aggregates));
    }

    static Result<BatchOperator> asofJoin(AsofJoinRequest request) {
        var leftOn = request.getOn().isEmpty() ? request.getLeftOn() : request.getOn();
        var rightOn = request.getOn().isEmpty() ? request.getRightOn() : request.getOn();
        if (leftOn.isEmpty() || rightOn.isEmpty()) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, NO_TIME);
        }
        return Words.word("direction", request.getDirection(), AsOf.Direction.BACKWARD)
                .flatMap(direction -> Words.word("how", request.getHow(), AsofJoin.How.LEFT)
                        .flatMap(how -> Words.word("tie", request.getTie(), AsOf.Tie.LATER)
                                .flatMap(tie -> asofJoin(request, leftOn, rightOn, direction, how, tie))));
    }

    private static Result<BatchOperator> asofJoin(
            AsofJoinRequest request,
            String leftOn,
            String rightOn,
            AsOf.Direction direction,
            AsofJoin.How how,
            AsOf.Tie tie) {
        return tolerance(request.getTolerance())
                .map(tolerance -> new AsofJoin(
                        leftOn,
                        rightOn,
                        either(request.getByList(), request.getByLeftList()),
                        either(request.getByList(), request.getByRightList()),
                        direction,
                        tolerance,
                        !request.hasAllowExactMatches() || request.getAllowExactMatches(),
                        request.getSuffix().isEmpty() ? RIGHT : request.getSuffix(),
                        !request.hasCoalesce() || request.getCoalesce(),
                        !request.hasCheckSortedness() || request.getCheckSortedness(),
                        how,
                        tie,
                        request.getNullsEqual() ? NullKeys.EQUAL : NullKeys.NO_KEY));
    }

    static Result<BatchOperator> windowJoin(WindowJoinRequest request) {
        var leftOn = request.getOn().isEmpty() ? request.getLeftOn() : request.getOn();
        var rightOn = request.getOn().isEmpty() ? request.getRightOn() : request.getOn();
        if (leftOn.isEmpty() || rightOn.isEmpty()) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, NO_TIME);
        }
        return Words.span("period", request.getPeriod())
                .flatMap(period -> Words.span("offset", request.getOffset(), period.negated())
                        .flatMap(offset -> Words.word("closed", request.getClosed(), Closed.BOTH)
                                .flatMap(closed -> Aggregates.of(request.getAggregationsList())
                                        .map(aggregates -> new WindowJoin(
                                                leftOn,
                                                rightOn,
                                                either(request.getByList(), request.getByLeftList()),
                                                either(request.getByList(), request.getByRightList()),
                                                period,
                                                offset,
                                                closed,
                                                request.getIncludePrevailing(),
                                                aggregates)))));
    }

    private static List<String> either(List<String> names, List<String> others) {
        return names.isEmpty() ? others : names;
    }

    /** A duration; a number without a unit counts those of the times. */
    private static Result<Tolerance> tolerance(String text) {
        if (text.isEmpty()) {
            return Result.ok(Tolerance.any());
        }
        if (text.matches("[0-9]{1,18}")) {
            return Result.ok(new Tolerance.Units(Long.parseLong(text)));
        }
        return Words.span("tolerance", text).flatMap(distance -> {
            try {
                return Result.ok(Tolerance.within(distance));
            } catch (IllegalArgumentException e) {
                return Result.err(ProblemCode.INVALID_ARGUMENT, "a match cannot be held to this: " + e.getMessage());
            }
        });
    }

    static Result<BatchOperator> join(JoinRequest request) {
        var left = request.getOnList().isEmpty() ? request.getLeftOnList() : request.getOnList();
        var right = request.getOnList().isEmpty() ? request.getRightOnList() : request.getOnList();
        return How.named(request.getHow())
                .map(how -> new JoinRows(
                        left,
                        right,
                        how,
                        request.getSuffix().isEmpty() ? RIGHT : request.getSuffix(),
                        request.getNullsEqual(),
                        request.hasCoalesce() ? request.getCoalesce() : how != How.FULL));
    }
}
