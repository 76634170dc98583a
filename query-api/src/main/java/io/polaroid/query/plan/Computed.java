package io.polaroid.query.plan;

import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;

/**
 * A computed column.
 *
 * @param name its name
 * @param expr what it is of each row
 * @param text the expression as it was written
 */
public record Computed(String name, Expr expr, String text) {
    /** A column of an expression over single rows; {@code INVALID_EXPRESSION} or {@code INVALID_ARGUMENT} else. */
    public static Result<Computed> of(String name, String text) {
        if (name.isEmpty()) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "a computed column needs a name: " + text);
        }
        return Expr.parse(text)
                .flatMap(expr -> expr.hasAggregate()
                        ? Result.err(
                                ProblemCode.INVALID_EXPRESSION,
                                "'" + text + "' has an aggregate, which belongs into GroupBy or a window")
                        : Result.ok(new Computed(name, expr, text)));
    }

    String sql() {
        return expr.toSql();
    }

    String title() {
        return name + " = " + text;
    }
}
