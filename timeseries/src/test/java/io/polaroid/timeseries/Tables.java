package io.polaroid.timeseries;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Validity;

/** Arrow tables written out by hand: boxed cells by column, null for no value. */
public final class Tables {
    public static final ArrowType NANOS = new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
    public static final ArrowType MICROS = new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
    public static final ArrowType INT64 = new ArrowType.Int(64, true);
    public static final ArrowType INT32 = new ArrowType.Int(32, true);
    public static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    public static final ArrowType FLOAT32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    public static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;
    public static final ArrowType BOOL = ArrowType.Bool.INSTANCE;

    private Tables() {}

    /** A table under construction. */
    public static Builder with(BufferAllocator allocator) {
        return new Builder(allocator);
    }

    /** Adds columns, then gives the table. */
    public static final class Builder {
        private final BufferAllocator allocator;
        private final Made made;
        private int rows;

        private Builder(BufferAllocator allocator) {
            this.allocator = allocator;
            this.made = Made.with(allocator);
        }

        public Builder column(String name, ArrowType type, Object... cells) {
            rows = cells.length;
            made.add(vector(Field.nullable(name, type), allocator, cells));
            return this;
        }

        public VectorSchemaRoot table() {
            return made.table(rows);
        }
    }

    /** One column. */
    public static FieldVector vector(Field field, BufferAllocator allocator, Object... cells) {
        FieldVector vector = field.createVector(allocator);
        vector.allocateNew();
        for (int row = 0; row < cells.length; row++) {
            put(vector, row, cells[row]);
        }
        vector.setValueCount(cells.length);
        return vector;
    }

    private static void put(FieldVector vector, int row, Object cell) {
        if (vector instanceof NullVector) {
            return;
        }
        if (cell == null) {
            if (vector instanceof ListVector list) {
                list.setNull(row);
            } else {
                while (vector.getValueCapacity() <= row) {
                    vector.reAlloc();
                }
                vector.setNull(row);
            }
            return;
        }
        switch (vector) {
            case Float8Vector to -> to.setSafe(row, ((Number) cell).doubleValue());
            case Float4Vector to -> to.setSafe(row, ((Number) cell).floatValue());
            case VarCharVector to -> to.setSafe(row, cell.toString().getBytes(StandardCharsets.UTF_8));
            case ViewVarCharVector to -> to.setSafe(row, cell.toString().getBytes(StandardCharsets.UTF_8));
            case VarBinaryVector to -> to.setSafe(row, (byte[]) cell);
            case BitVector to -> to.setSafe(row, (Boolean) cell ? 1 : 0);
            case DecimalVector to -> to.setSafe(row, (BigDecimal) cell);
            case ListVector to -> {
                var writer = to.getWriter();
                writer.setPosition(row);
                writer.startList();
                for (Object item : (List<?>) cell) {
                    writer.bigInt().writeBigInt((Long) item);
                }
                writer.endList();
            }
            default -> {
                while (vector.getValueCapacity() <= row) {
                    vector.reAlloc();
                }
                long whole = ((Number) cell).longValue();
                var type = vector.getField();
                try (Made one = Made.with(vector.getAllocator())) {
                    one.longs(type, new long[] {whole}, Validity.all(1));
                    try (VectorSchemaRoot table = one.table(1)) {
                        vector.copyFromSafe(0, row, table.getVector(0));
                    }
                }
            }
        }
    }

    /** The cells of a column, boxed. */
    public static List<Object> cells(FieldVector vector) {
        Column column = Column.of(vector);
        var cells = new ArrayList<Object>();
        for (int row = 0; row < column.size(); row++) {
            Object cell = column.valueAt(row);
            cells.add(cell instanceof byte[] bytes ? List.of(new String(bytes, StandardCharsets.ISO_8859_1)) : cell);
        }
        return cells;
    }

    /** The cells of a column by name. */
    public static List<Object> cells(VectorSchemaRoot table, String name) {
        FieldVector vector = table.getVector(name);
        if (vector == null) {
            throw new AssertionError("no column '" + name + "' in " + table.getSchema());
        }
        return cells(vector);
    }

    /** The columns' names. */
    public static List<String> names(Schema schema) {
        return schema.getFields().stream().map(Field::getName).toList();
    }
}
