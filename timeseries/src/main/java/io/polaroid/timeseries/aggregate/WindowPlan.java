package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.result.Result;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Several named aggregate expressions over windows that move on along the rows of a series. */
public interface WindowPlan {
    /**
     * Parses and types aggregate expressions; all that {@link AggregatePlan#of} takes, and {@code median} and {@code quantile},
     * since a window has its rows.
     *
     * @param outputs output name to expression, in output order
     * @param input schema of the rows
     * @return the plan, or {@code INVALID_EXPRESSION} / {@code UNKNOWN_COLUMN}
     */
    static Result<WindowPlan> of(SequencedMap<String, String> outputs, Schema input) {
        return Compiler.compileWindows(outputs, input);
    }

    /** The output fields, in order. */
    List<Field> outputs();

    /** What a row that a window has room for takes on the heap, about. */
    int rowBytes();

    /** A window of no rows. */
    MovingWindow open();
}
