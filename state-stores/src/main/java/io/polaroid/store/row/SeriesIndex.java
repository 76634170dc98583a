package io.polaroid.store.row;

import io.polaroid.schemas.stream.FeedIds;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.TableRow;
import io.polaroid.store.spill.Spill;
import io.polaroid.store.spill.SpillInts;
import io.polaroid.timeseries.row.Row;
import java.util.function.IntUnaryOperator;

/**
 * Rows of one series in order of (time, offset). Visible are those at or after the horizon and the last one before it, which
 * an as-of join without tolerance may still match.
 */
final class SeriesIndex implements SeriesRows {
    /** Ids of the rows that are in no segment. */
    final FeedIds ids = new FeedIds();

    /** Greatest id that is a number, over all rows. */
    long greatestId = -1;

    private final RowTable layout;
    private final ColumnTable table;
    private final SpillInts order;
    private final TableRow cursor;
    final String name;
    final int number;
    private int hidden;

    /** Time of the last row in order; what it is without rows says nothing. */
    private long newest = Long.MIN_VALUE;

    SeriesIndex(RowTable layout, ColumnTable table, Spill spill, String name, int number) {
        this.name = name;
        this.number = number;
        this.layout = layout;
        this.table = table;
        this.cursor = table.cursor();
        this.order = new SpillInts(spill);
    }

    /** Puts a row, the newest by offset, at its place. */
    void insert(int row, long timeNanos) {
        if (isNewest(timeNanos)) {
            order.add(row);
            newest = timeNanos;
            return;
        }
        put(row, firstWhere(timeNanos, Bound.UPPER, 0));
    }

    /** Puts a row of the table at its place. */
    void load(int row, long timeNanos, long offset) {
        int place = order.size();
        if (place > 0 && !isBefore(place - 1, timeNanos, offset)) {
            place = firstWhere(timeNanos, Bound.LOWER, 0);
            while (isBefore(place, timeNanos, offset)) {
                place++;
            }
        }
        newest = Math.max(newest, timeNanos);
        put(row, place);
    }

    private void put(int row, int place) {
        order.insert(place, row);
        if (place < hidden) {
            hidden++;
        }
    }

    private boolean isBefore(int place, long timeNanos, long offset) {
        long time = time(place);
        return time < timeNanos || time == timeNanos && offsetAt(place) < offset;
    }

    private long offsetAt(int place) {
        return table.longAt(order.get(place), layout.offset);
    }

    /** The row that took the place of the kept one. */
    void keptMoved(int row) {
        order.set(hidden, row);
    }

    /** Whether a row of this time goes behind all others, so that no other row has to be looked at. */
    boolean isNewest(long timeNanos) {
        return order.size() == 0 || newest <= timeNanos;
    }

    /** Hides what the horizon has passed; the horizon never goes back. */
    void hideBefore(long horizon) {
        while (hidden + 1 < order.size() && time(hidden + 1) < horizon) {
            hidden++;
        }
    }

    boolean isEmpty() {
        return order.size() == 0;
    }

    /** The rows that are not visible. */
    int hidden() {
        return hidden;
    }

    /** Row number of the last row before the horizon, -1 for none. */
    int keptRow(long horizon) {
        return order.size() > hidden && time(hidden) < horizon ? order.get(hidden) : -1;
    }

    void renumber(IntUnaryOperator moved) {
        order.renumber(moved);
        hidden = 0;
    }

    /** Moves what it keeps of its rows out of memory. */
    void spill() {
        order.spill();
    }

    private long time(int place) {
        return table.longAt(order.get(place), layout.timeNanos);
    }

    private enum Bound {
        LOWER,
        UPPER
    }

    private int firstWhere(long timeNanos, Bound bound, int from) {
        int low = from;
        int high = order.size();
        while (low < high) {
            int middle = low + high >>> 1;
            long time = time(middle);
            if (time < timeNanos || bound == Bound.UPPER && time == timeNanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public int size() {
        return order.size() - hidden;
    }

    @Override
    public long timeNanos(int index) {
        return time(hidden + index);
    }

    @Override
    public long offset(int index) {
        return offsetAt(hidden + index);
    }

    @Override
    public long progressBefore(int index) {
        return table.longAt(order.get(hidden + index), layout.progressBefore);
    }

    @Override
    public Row row(int index) {
        return cursor.at(order.get(hidden + index));
    }

    @Override
    public int lowerBound(long timeNanos) {
        return firstWhere(timeNanos, Bound.LOWER, hidden) - hidden;
    }

    @Override
    public int upperBound(long timeNanos) {
        return firstWhere(timeNanos, Bound.UPPER, hidden) - hidden;
    }
}
