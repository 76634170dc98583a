package io.polaroid.store.column;

import io.polaroid.timeseries.row.Row;
import org.jspecify.annotations.Nullable;

/** A cursor over the rows of a table. */
public final class TableRow implements Row {
    private final ColumnTable table;
    private int row;

    TableRow(ColumnTable table) {
        this.table = table;
    }

    /** Moves to a row. */
    public Row at(int newRow) {
        this.row = newRow;
        return this;
    }

    @Override
    public boolean isNull(int column) {
        return table.isNull(row, column);
    }

    @Override
    public long longAt(int column) {
        return table.longAt(row, column);
    }

    @Override
    public double doubleAt(int column) {
        return table.doubleAt(row, column);
    }

    @Override
    public @Nullable Object valueAt(int column) {
        return table.valueAt(row, column);
    }
}
