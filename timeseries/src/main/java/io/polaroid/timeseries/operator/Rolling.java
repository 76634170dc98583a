package io.polaroid.timeseries.operator;

import io.polaroid.timeseries.aggregate.MovingWindow;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A window that ends at each row.
 *
 * <p><b>Shape</b> one result per row. <br><b>Order</b> rows of equal time share one window, also with rows that come after them.
 * <br><b>Source</b> Polars {@code rolling(period, closed="right")}.
 *
 * @param periodNanos its length; positive
 * @param closed which ends belong to it
 */
public record Rolling(long periodNanos, Closed closed) {
    public Rolling {
        if (periodNanos <= 0) {
            throw new IllegalArgumentException("periodNanos is " + periodNanos + "; a window is longer than nothing");
        }
    }

    /** The window {@code (t - period, t]}. */
    public static Rolling over(long periodNanos) {
        return new Rolling(periodNanos, Closed.RIGHT);
    }

    /** The rows in the window of a row at this time. */
    public RowRange window(SortedRows rows, long timeNanos) {
        long start = Times.minus(timeNanos, periodNanos);
        return RowRange.between(
                closed.hasStart() ? rows.lowerBound(start) : rows.upperBound(start),
                closed.hasEnd() ? rows.upperBound(timeNanos) : rows.lowerBound(timeNanos));
    }

    /** The rows whose windows hold a row at this time: those that it changes when it comes late. */
    public RowRange affectedBy(SortedRows rows, long timeNanos) {
        long end = Times.plus(timeNanos, periodNanos);
        return RowRange.between(
                closed.hasEnd() ? rows.lowerBound(timeNanos) : rows.upperBound(timeNanos),
                closed.hasStart() ? rows.upperBound(end) : rows.lowerBound(end));
    }

    /**
     * The result for a row at this time.
     *
     * @param scratch a window that is cleared and filled
     * @param accepted which rows, by index, are in the view at all
     * @return cells as {@link MovingWindow#finish} gives them
     */
    public @Nullable Object[] evaluate(MovingWindow scratch, SeriesView rows, long timeNanos, IntPredicate accepted) {
        RowRange window = window(rows, timeNanos);
        scratch.clear();
        for (int i = window.from(); i < window.to(); i++) {
            if (accepted.test(i)) {
                scratch.add(rows.row(i), rows.timeNanos(i), rows.offset(i));
            }
        }
        scratch.moveTo(Long.MIN_VALUE, Long.MAX_VALUE);
        return scratch.finish();
    }
}
