package io.polaroid.timeseries.batch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Tables out of boxed cells, and back. */
final class Tables implements AutoCloseable {
    static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    static final ArrowType WHOLE = new ArrowType.Int(64, true);
    static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;

    private final BufferAllocator allocator;
    private final List<FieldVector> columns = new ArrayList<>();

    private Tables(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    static Tables in(BufferAllocator allocator) {
        return new Tables(allocator);
    }

    static ArrowType time(TimeUnit unit, String zone) {
        return new ArrowType.Timestamp(unit, zone);
    }

    Tables add(String name, ArrowType type, Object... cells) {
        return add(name, type, Arrays.asList(cells));
    }

    Tables add(String name, ArrowType type, List<? extends Object> cells) {
        FieldVector vector = Field.nullable(name, type).createVector(allocator);
        columns.add(vector);
        vector.allocateNew();
        for (int row = 0; row < cells.size(); row++) {
            if (cells.get(row) != null) {
                set(vector, row, cells.get(row));
            }
        }
        vector.setValueCount(cells.size());
        return this;
    }

    private static void set(FieldVector vector, int row, Object cell) {
        switch (vector) {
            case Float8Vector numbers -> numbers.setSafe(row, ((Number) cell).doubleValue());
            case Float4Vector numbers -> numbers.setSafe(row, ((Number) cell).floatValue());
            case BigIntVector wholes -> wholes.setSafe(row, ((Number) cell).longValue());
            case IntVector wholes -> wholes.setSafe(row, ((Number) cell).intValue());
            case DateDayVector days -> days.setSafe(row, ((Number) cell).intValue());
            case TimeStampVector times -> times.setSafe(row, ((Number) cell).longValue());
            case BitVector bits -> bits.setSafe(row, cell.equals(true) ? 1 : 0);
            case VarCharVector texts -> texts.setSafe(row, ((String) cell).getBytes(StandardCharsets.UTF_8));
            default -> throw new IllegalArgumentException(vector.getField().toString());
        }
    }

    VectorSchemaRoot table() {
        int rows = columns.isEmpty() ? 0 : columns.getFirst().getValueCount();
        var table = new VectorSchemaRoot(
                new Schema(columns.stream().map(FieldVector::getField).toList()), List.copyOf(columns), rows);
        columns.clear();
        return table;
    }

    @Override
    public void close() {
        columns.forEach(FieldVector::close);
    }

    /** The cells of a column, boxed; times as numbers in their unit. */
    static List<Object> cells(VectorSchemaRoot table, String name) {
        FieldVector vector = table.getVector(name);
        var column = io.polaroid.timeseries.column.Column.of(vector);
        var cells = new ArrayList<Object>();
        for (int row = 0; row < table.getRowCount(); row++) {
            cells.add(
                    column.isNull(row)
                            ? null
                            : column.isWhole() && !(vector instanceof BitVector)
                                    ? (Object) column.longAt(row)
                                    : column.valueAt(row));
        }
        return cells;
    }

    /** All rows, boxed. */
    static List<List<Object>> rows(VectorSchemaRoot table) {
        var rows = new ArrayList<List<Object>>();
        for (int row = 0; row < table.getRowCount(); row++) {
            rows.add(new ArrayList<>());
        }
        for (Field field : table.getSchema().getFields()) {
            List<Object> cells = cells(table, field.getName());
            for (int row = 0; row < rows.size(); row++) {
                rows.get(row).add(cells.get(row));
            }
        }
        return rows;
    }
}
