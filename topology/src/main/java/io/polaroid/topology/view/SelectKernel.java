package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.expr.Predicate;
import io.polaroid.timeseries.operator.RowRange;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.RowFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Rows that a condition holds for, and what is made of each alone. */
record SelectKernel(Optional<Predicate> where, boolean keepsColumns, List<Field> outputs, List<BoundExpr> expressions)
        implements RowKernel {
    static Result<RowKernel> of(RowFunction.Select select, StreamColumns input) {
        Optional<Predicate> where = Optional.empty();
        if (select.where().isPresent()) {
            switch (Predicate.of(select.where().get(), input.schema())) {
                case Result.Ok<Predicate> ok -> where = Optional.of(ok.value());
                case Result.Err<Predicate> err -> {
                    return Result.err(err.problem());
                }
            }
        }
        var outputs = new ArrayList<Field>();
        var expressions = new ArrayList<BoundExpr>();
        for (var column : select.columns().entrySet()) {
            switch (Expr.parse(column.getValue()).flatMap(tree -> Expr.bind(tree, input.schema()))) {
                case Result.Ok<BoundExpr>(var bound) -> {
                    if (bound.type() instanceof ArrowType.Null) {
                        return Result.err(ProblemCode.INVALID_PLAN, column.getKey() + " is null whatever the row is");
                    }
                    outputs.add(new Field(column.getKey(), FieldType.nullable(bound.type()), null));
                    expressions.add(bound);
                }
                case Result.Err<BoundExpr> err -> {
                    return Result.err(err.problem());
                }
            }
        }
        return Result.ok(new SelectKernel(where, select.columns().isEmpty(), outputs, expressions));
    }

    @Override
    public long withinNanos() {
        return 0;
    }

    @Override
    public boolean hasResult(Row row) {
        return where.isEmpty() || where.get().test(row);
    }

    @Override
    public boolean isConditional() {
        return where.isPresent();
    }

    @Override
    public RowRange affectedBy(History history, long timeNanos) {
        return new RowRange(history.rows().lowerBound(timeNanos), history.rows().upperBound(timeNanos));
    }

    @Override
    public @Nullable Object[] evaluate(History history, int index, Slots state, boolean begins) {
        @Nullable Object[] cells = new Object[expressions.size()];
        for (int i = 0; i < cells.length; i++) {
            // Another look at the row each time: expressions may move the cursor.
            cells[i] = expressions.get(i).evaluate(history.rows().row(index));
        }
        return cells;
    }
}
