package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import org.apache.arrow.vector.types.pojo.Schema;

/** A boolean expression bound to a schema. */
public interface Predicate {
    /**
     * Parses and types a boolean expression such as {@code price > 0}.
     *
     * @return the predicate, or {@code INVALID_EXPRESSION} / {@code UNKNOWN_COLUMN}
     */
    static Result<Predicate> of(String text, Schema input) {
        return BoundPredicate.of(text, input);
    }

    /** Whether the row satisfies it: SQL's three values with unknown as false. */
    boolean test(Row row);

    /** The expression as it was written. */
    String text();
}
