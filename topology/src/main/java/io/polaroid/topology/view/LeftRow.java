package io.polaroid.topology.view;

import io.polaroid.timeseries.row.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A left row as it was, read from the result that has its columns in another place. */
record LeftRow(Row result, List<Integer> columns) implements Row {
    @Override
    public boolean isNull(int column) {
        return result.isNull(columns.indexOf(column));
    }

    @Override
    public long longAt(int column) {
        return result.longAt(columns.indexOf(column));
    }

    @Override
    public double doubleAt(int column) {
        return result.doubleAt(columns.indexOf(column));
    }

    @Override
    public @Nullable Object valueAt(int column) {
        return result.valueAt(columns.indexOf(column));
    }
}
