package io.polaroid.query.grpc;

import io.polaroid.query.operator.JoinRows;
import io.polaroid.query.operator.JoinRows.How;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.JoinRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Requests as operators. What a field leaves out is as in Polars. */
final class Requests {
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

    static Result<BatchOperator> join(JoinRequest request) {
        var left = request.getOnList().isEmpty() ? request.getLeftOnList() : request.getOnList();
        var right = request.getOnList().isEmpty() ? request.getRightOnList() : request.getOnList();
        return How.named(request.getHow())
                .map(how -> new JoinRows(
                        left,
                        right,
                        how,
                        request.getSuffix().isEmpty() ? "_right" : request.getSuffix(),
                        request.getNullsEqual(),
                        request.hasCoalesce() ? request.getCoalesce() : how != How.FULL));
    }
}
