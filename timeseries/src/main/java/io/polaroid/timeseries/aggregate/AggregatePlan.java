package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Several named aggregate expressions over the rows of one input, with one shared running state. */
public interface AggregatePlan {
    /**
     * Parses and types aggregate expressions such as {@code sum(price*size)/sum(size)}.
     *
     * @param outputs output name to expression, in output order
     * @param input schema of the rows
     * @return the plan, or {@code INVALID_EXPRESSION} / {@code UNKNOWN_COLUMN}
     */
    static Result<AggregatePlan> of(SequencedMap<String, String> outputs, Schema input) {
        return of(outputs, input, 1);
    }

    /**
     * The same, where results of fewer values are null.
     *
     * @param minSamples how many values that are not null every aggregate in an output needs; {@code count} needs none
     */
    static Result<AggregatePlan> of(SequencedMap<String, String> outputs, Schema input, int minSamples) {
        return Compiler.compile(outputs, input, minSamples);
    }

    /**
     * Whether the state is not in the slots alone: medians and the like are worked out from the rows themselves, so a window is taken
     * in from {@link #reset} to {@link #finish} before another one.
     */
    boolean needsRows();

    /** The output fields, in order. */
    List<Field> outputs();

    /** How many double slots the state needs. */
    int doubleSlots();

    /** How many long slots the state needs. */
    int longSlots();

    /** Makes the state that of no rows. */
    void reset(Slots state);

    /**
     * Takes one row in. Any order of rows gives the same results: first and last go by (time, offset).
     *
     * @param timeNanos event time of the row
     * @param offset its offset, which orders rows of equal time
     */
    void update(Slots state, Row row, long timeNanos, long offset);

    /** The result cells of the state, one per output, as {@link Row#valueAt} boxes them; null for no value. */
    @Nullable
    Object[] finish(Slots state);

    /** As {@link #finish(Slots)}, without a box for numbers. */
    void finish(Slots state, Outputs to);

    /** Takes the result cells of a state; each output once. */
    interface Outputs {
        /** An output of type Int, Timestamp or Date. */
        void setLong(int output, long value);

        /** An output of type FloatingPoint. */
        void setDouble(int output, double value);

        /** Any other output, or no value. */
        void set(int output, @Nullable Object value);
    }
}
