package io.polaroid.store.column;

import io.polaroid.schemas.arrow.BatchRows;
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

        @Nullable
        Object[] objects = {};

        boolean[] nulls = new boolean[0];

        /** Whether any cell may be null. */
        boolean hasNulls;

        private final boolean number;
        private final boolean floating;

        Staged(CellKind kind) {
            this.kind = kind;
            this.floating = kind == CellKind.FLOAT64 || kind == CellKind.FLOAT32;
            this.number = switch (kind) {
                case INT8, INT16, INT32, INT64, FLOAT32, FLOAT64 -> true;
                case BOOL, DECIMAL128, DECIMAL256, TEXT, BYTES -> false;
            };
        }

        /** How many of these cells are null. */
        int nulls(int from, int length) {
            int count = 0;
            if (hasNulls) {
                for (int i = from; i < from + length; i++) {
                    count += nulls[i] ? 1 : 0;
                }
            }
            return count;
        }

        boolean isNumber() {
            return number;
        }

        boolean isFloating() {
            return floating;
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
        reserve(index + 1);
        for (int i = 0; i < columns.length; i++) {
            columns[i].set(index, source, i);
        }
    }

    /** Sets all rows of a record from {@code index} on, column by column; columns are those of the record's reader. */
    public void setAll(int index, BatchRows source) {
        reserve(index + source.size());
        for (int i = 0; i < columns.length; i++) {
            Staged cells = columns[i];
            source.copyNulls(i, cells.nulls, index);
            cells.hasNulls |= source.hasNulls(i);
            if (cells.isNumber()) {
                source.copyBits(i, cells.bits, index);
            } else {
                source.copyObjects(i, cells.objects, index);
            }
        }
    }

    /** Makes room for this many rows. */
    public void reserve(int count) {
        if (count > capacity) {
            capacity = Math.max(count, Math.max(64, capacity * 2));
            for (Staged column : columns) {
                column.grow(capacity);
            }
        }
    }

    /** Sets a cell of a column of whole numbers, for which room was reserved. */
    public void setLong(int index, int column, long value) {
        columns[column].nulls[index] = false;
        columns[column].bits[index] = value;
    }

    /** Sets a cell of a Float column, for which room was reserved. */
    public void setDouble(int index, int column, double value) {
        setLong(index, column, Double.doubleToRawLongBits(value));
    }

    /** Sets a cell, for which room was reserved, as {@link Row#valueAt} gives it. */
    public void setValue(int index, int column, @Nullable Object value) {
        Staged cells = columns[column];
        if (value == null) {
            cells.nulls[index] = true;
            cells.hasNulls = true;
        } else if (cells.isFloating()) {
            setDouble(index, column, ((Number) value).doubleValue());
        } else if (cells.isNumber()) {
            setLong(index, column, ((Number) value).longValue());
        } else {
            cells.nulls[index] = false;
            cells.objects[index] = value;
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
