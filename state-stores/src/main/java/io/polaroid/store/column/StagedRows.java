package io.polaroid.store.column;

import io.polaroid.timeseries.row.Row;
import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Rows on the heap, column by column, on their way into a {@link ColumnTable}. Its rows are set by number, each once. */
public final class StagedRows implements Row {
    private final Staged[] columns;
    private int capacity;
    private int row;

    /** The cells of one column: bits of numbers, or objects. */
    static final class Staged {
        final CellKind kind;
        long[] bits = new long[0];
        @Nullable Object[] objects = {};
        boolean[] nulls = new boolean[0];

        /** Whether any cell was null since the column was made. */
        boolean hasNulls;

        Staged(CellKind kind) {
            this.kind = kind;
        }

        boolean isNumber() {
            return switch (kind) {
                case INT8, INT16, INT32, INT64, FLOAT32, FLOAT64 -> true;
                case BOOL, DECIMAL128, DECIMAL256, TEXT, BYTES -> false;
            };
        }

        boolean isFloating() {
            return kind == CellKind.FLOAT64 || kind == CellKind.FLOAT32;
        }

        void grow(int capacity) {
            nulls = Arrays.copyOf(nulls, capacity);
            if (isNumber()) {
                bits = Arrays.copyOf(bits, capacity);
            } else {
                objects = Arrays.copyOf(objects, capacity);
            }
        }

        void set(int index, Row source, int column) {
            boolean isNull = source.isNull(column);
            nulls[index] = isNull;
            if (isNull) {
                hasNulls = true;
            } else if (isFloating()) {
                bits[index] = Double.doubleToRawLongBits(source.doubleAt(column));
            } else if (isNumber()) {
                bits[index] = source.longAt(column);
            } else {
                objects[index] = source.valueAt(column);
            }
        }
    }

    /** Stages rows of these columns. */
    public StagedRows(Schema schema) {
        this.columns = schema.getFields().stream()
                .map((Field field) -> new Staged(CellKind.of(field)))
                .toArray(Staged[]::new);
    }

    /** Sets a row. */
    public void set(int index, Row source) {
        if (index >= capacity) {
            capacity = Math.max(index + 1, Math.max(64, capacity * 2));
            for (Staged column : columns) {
                column.grow(capacity);
            }
        }
        for (int i = 0; i < columns.length; i++) {
            columns[i].set(index, source, i);
        }
    }

    /** Moves the cursor to a row. */
    public Row at(int index) {
        row = index;
        return this;
    }

    Staged column(int column) {
        return columns[column];
    }

    @Override
    public boolean isNull(int column) {
        return columns[column].nulls[row];
    }

    @Override
    public long longAt(int column) {
        Staged cells = columns[column];
        if (cells.isNumber()) {
            return cells.isFloating() ? (long) Double.longBitsToDouble(cells.bits[row]) : cells.bits[row];
        }
        return cells.objects[row] instanceof Number number ? number.longValue() : 0;
    }

    @Override
    public double doubleAt(int column) {
        Staged cells = columns[column];
        if (cells.isNumber()) {
            return cells.isFloating() ? Double.longBitsToDouble(cells.bits[row]) : cells.bits[row];
        }
        return cells.objects[row] instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    @Override
    public @Nullable Object valueAt(int column) {
        Staged cells = columns[column];
        if (cells.nulls[row]) {
            return null;
        }
        if (cells.isNumber()) {
            return cells.isFloating() ? (Object) Double.longBitsToDouble(cells.bits[row]) : (Object) cells.bits[row];
        }
        return cells.objects[row];
    }
}
