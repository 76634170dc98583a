package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;

/** A predicate over a bound expression. */
record BoundPredicate(String text, BoundExpr expr) implements Predicate {
    static Result<Predicate> of(String text, Schema input) {
        return Expr.parse(text)
                .flatMap(tree -> Expr.bind(tree, input))
                .flatMap(bound -> isTruth(bound.type())
                        ? Result.ok(new BoundPredicate(text, bound))
                        : Result.err(
                                ProblemCode.INVALID_EXPRESSION,
                                "'" + text + "' is a " + bound.type()
                                        + "; a predicate is a boolean, such as price > 0"));
    }

    private static boolean isTruth(ArrowType type) {
        return type instanceof ArrowType.Bool || type instanceof ArrowType.Null;
    }

    @Override
    public boolean test(Row row) {
        return Boolean.TRUE.equals(expr.evaluate(row));
    }
}
