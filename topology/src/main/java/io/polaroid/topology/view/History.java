package io.polaroid.topology.view;

import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.row.Row;
import java.util.function.IntPredicate;

/**
 * The rows of a series that a view goes by.
 *
 * @param rows all of them
 * @param accepted which ones count, by index
 */
record History(SeriesRows rows, IntPredicate accepted) {
    /** Instead of an index. */
    static final int NONE = -1;

    /** The row before one, no further away from the time than a distance; {@link #NONE} for none. */
    int before(int index, long timeNanos, long withinNanos) {
        for (int i = index - 1; i >= 0 && timeNanos - rows.timeNanos(i) <= withinNanos; i--) {
            if (accepted.test(i)) {
                return i;
            }
        }
        return NONE;
    }

    /** The row so many before one, no further away from it than a distance; {@link #NONE} for none. */
    int back(int index, int steps, long withinNanos) {
        long time = rows.timeNanos(index);
        int found = index;
        for (int step = 0; step < steps && found != NONE; step++) {
            found = before(found, time, withinNanos);
        }
        return found;
    }

    /**
     * The cells of the last rows, this one being the last, by column; NaN for null. None if there are fewer rows no further away than a
     * distance.
     */
    double[][] last(int[] columns, int index, int count, long withinNanos) {
        double[][] values = new double[columns.length][count];
        long time = rows.timeNanos(index);
        int at = index;
        for (int i = count - 1; i >= 0; i--) {
            if (at == NONE) {
                return new double[0][];
            }
            Row row = rows.row(at);
            for (int column = 0; column < columns.length; column++) {
                values[column][i] = row.isNull(columns[column]) ? Double.NaN : row.doubleAt(columns[column]);
            }
            at = before(at, time, withinNanos);
        }
        return values;
    }
}
