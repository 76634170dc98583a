package io.polaroid.store;

import io.polaroid.store.column.StagedRows;
import io.polaroid.timeseries.row.Row;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** New results with their slots on the heap, column by column, until they are inserted together. */
public final class StagedResults {
    private final StagedRows cells;
    private final int doubles;
    private final int longs;
    private final int end;

    /**
     * Room for results.
     *
     * @param table result columns, then double slots, then long slots, then others
     * @param doubles position of the first double slot
     * @param longs position of the first long slot
     * @param end position behind the last slot
     */
    public StagedResults(Schema table, int doubles, int longs, int end) {
        this.cells = new StagedRows(new Schema(table.getFields().subList(0, end)));
        this.doubles = doubles;
        this.longs = longs;
        this.end = end;
    }

    /** Makes room for this many results; every cell of each has then to be set. */
    public void reserve(int count) {
        cells.reserve(count);
    }

    /** Sets a result cell. */
    public void set(int index, int column, @Nullable Object value) {
        cells.setValue(index, column, value);
    }

    /** Sets a result cell of a column of whole numbers or times. */
    public void setLong(int index, int column, long value) {
        cells.setLong(index, column, value);
    }

    /** Sets all slots from arrays, from these positions on. */
    public void setSlots(int index, double[] from, int firstDouble, long[] whole, int firstLong) {
        for (int column = doubles; column < longs; column++) {
            cells.setDouble(index, column, from[firstDouble + column - doubles]);
        }
        for (int column = longs; column < end; column++) {
            cells.setLong(index, column, whole[firstLong + column - longs]);
        }
    }

    /** A result; a cursor, valid until the next call. */
    public Row result(int index) {
        return cells.at(index);
    }

    /** The cells and slots as rows. */
    public StagedRows rows() {
        return cells;
    }
}
