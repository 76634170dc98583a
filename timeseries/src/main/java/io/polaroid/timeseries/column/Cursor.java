package io.polaroid.timeseries.column;

import io.polaroid.timeseries.row.Row;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** A row that moves over the columns of a table. One thread at a time. */
public final class Cursor implements Row {
    private final Column[] columns;
    private int row;

    private Cursor(Column[] columns) {
        this.columns = columns;
    }

    /** A cursor over these columns, before the first row is chosen at row 0. */
    public static Cursor over(List<FieldVector> vectors) {
        return new Cursor(vectors.stream().map(Column::of).toArray(Column[]::new));
    }

    /** Moves to a row. */
    public Cursor at(int newRow) {
        this.row = newRow;
        return this;
    }

    @Override
    public boolean isNull(int column) {
        return columns[column].isNull(row);
    }

    @Override
    public long longAt(int column) {
        return columns[column].longAt(row);
    }

    @Override
    public double doubleAt(int column) {
        return columns[column].doubleAt(row);
    }

    @Override
    public @Nullable Object valueAt(int column) {
        return columns[column].valueAt(row);
    }
}
