package io.polaroid.store.result;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.timeseries.aggregate.Slots;
import java.util.function.IntConsumer;

/** The slots of a row of the table; a cursor. */
final class RowSlots implements Slots {
    private final ResultTable layout;
    private final ColumnTable table;
    private final IntConsumer changed;
    private int row;

    RowSlots(ResultTable layout, ColumnTable table, IntConsumer changed) {
        this.layout = layout;
        this.table = table;
        this.changed = changed;
    }

    RowSlots at(int newRow) {
        this.row = newRow;
        return this;
    }

    @Override
    public double doubleAt(int index) {
        return table.doubleAt(row, layout.doubles + index);
    }

    @Override
    public void setDouble(int index, double value) {
        table.setDouble(row, layout.doubles + index, value);
        changed.accept(row);
    }

    @Override
    public long longAt(int index) {
        return table.longAt(row, layout.longs + index);
    }

    @Override
    public void setLong(int index, long value) {
        table.setLong(row, layout.longs + index, value);
        changed.accept(row);
    }
}
