package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one series from the start of a window on, and the aggregates over the window.
 *
 * <p><b>Order</b> rows may be added in any order and wait until the window reaches them; results are, to the last bit, those of
 * {@link AggregatePlan} over the same rows. <b>Cost</b> each row enters and leaves once, amortised constant for all but medians
 * and quantiles; a row that is added within the window makes the next result cost the whole window, and so do sums whose
 * magnitudes lie too far apart to be exact. <b>State</b> on the heap: the time, the offset and the arguments of each row.
 */
public interface MovingWindow {
    /** Adds a row, unless the window has moved past it. The row is read before this returns. */
    void add(Row row, long timeNanos, long offset);

    /**
     * Moves to the rows of {@code (afterNanos, toNanos]}. Rows before are forgotten, so {@code afterNanos} never goes back;
     * nor does {@code toNanos}.
     */
    void moveTo(long afterNanos, long toNanos);

    /** The result cells of the window, as {@link AggregatePlan#finish} gives them. */
    @Nullable
    Object[] finish();

    /** As {@link #finish()}, without a box for numbers. */
    void finish(AggregatePlan.Outputs to);

    /** For how many rows it has room. It takes more when it must, and gives it back when it has moved past all rows. */
    int capacity();

    /** Forgets all rows, and where it was. */
    void clear();
}
