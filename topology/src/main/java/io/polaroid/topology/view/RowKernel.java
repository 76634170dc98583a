package io.polaroid.topology.view;

import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.operator.RowRange;
import io.polaroid.timeseries.row.Row;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A function of each row and those before it, over the rows of one series. Stream and proof call the same one. */
interface RowKernel {
    /** The columns that it makes. */
    List<Field> outputs();

    /** Whether results have the columns of their row too; an output takes the place of one of the same name. */
    boolean keepsColumns();

    /** How far apart two rows may lie that know of each other, in ns. */
    long withinNanos();

    /** Whether a row has a result: it depends on its own cells only. */
    default boolean hasResult(Row row) {
        return true;
    }

    /** Whether there are rows that have none. */
    default boolean isConditional() {
        return false;
    }

    /** How many double slots its state has, which goes on from row to row. */
    default int slots() {
        return 0;
    }

    /** The rows whose results a row at this time can change, when it comes late. */
    default RowRange affectedBy(History history, long timeNanos) {
        int size = history.rows().size();
        return new RowRange(Math.min(history.rows().lowerBound(timeNanos), size), size);
    }

    /**
     * The cells of a row.
     *
     * @param index of the row, which counts
     * @param state what the row before left, zero slots for none
     * @param begins whether there is no row before
     * @return one cell per output; the state is now that of this row
     */
    @Nullable
    Object[] evaluate(History history, int index, Slots state, boolean begins);
}
