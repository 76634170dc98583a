package io.polaroid.timeseries.row;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A row on its own, over boxed cells as {@link Row#valueAt} gives them. The array is not copied. */
public record ArrayRow(@Nullable Object[] cells) implements Row {
    /** A row of these cells. */
    public static ArrayRow of(@Nullable Object... cells) {
        return new ArrayRow(cells);
    }

    @Override
    public boolean isNull(int column) {
        return cells[column] == null;
    }

    @Override
    public long longAt(int column) {
        return cells[column] instanceof Number number ? number.longValue() : 0;
    }

    @Override
    public double doubleAt(int column) {
        return cells[column] instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    @Override
    public @Nullable Object valueAt(int column) {
        return cells[column];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ArrayRow row && Arrays.deepEquals(cells, row.cells);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(cells);
    }

    @Override
    public String toString() {
        return Arrays.deepToString(cells);
    }
}
