package io.polaroid.topology;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Column;
import io.polaroid.topology.ViewOracle.Record;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The operators over tables, over the rows that a view accepts: what the view must come to. */
final class TableOracle {
    private final BufferAllocator allocator;

    TableOracle(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Columns of cells, and how the table gets them out of rows. */
    interface Cells {
        Object of(Record row);
    }

    /** The rows of the result, column by column, boxed; times in their unit. */
    List<Map<String, Object>> apply(
            BatchOperator operator, List<Map<String, Object>> left, List<Map<String, Object>> right) {
        var tables = new ArrayList<VectorSchemaRoot>();
        try {
            tables.add(table(left));
            if (operator.inputs() == 2) {
                tables.add(table(right));
            }
            try (var result = operator.apply(tables, allocator).orThrow()) {
                return rows(result);
            }
        } finally {
            tables.forEach(VectorSchemaRoot::close);
        }
    }

    List<Map<String, Object>> apply(BatchOperator operator, List<Map<String, Object>> rows) {
        return apply(operator, rows, List.of());
    }

    /** Rows of trades as cells. */
    static List<Map<String, Object>> cells(List<Record> records) {
        var rows = new ArrayList<Map<String, Object>>();
        for (Record record : records) {
            var row = new LinkedHashMap<String, Object>();
            row.put("symbol", record.series());
            row.put("ts", record.ts());
            row.put("price", record.row().valueAt(2));
            row.put("size", record.row().valueAt(3));
            row.put("trade_id", record.row().valueAt(4));
            row.put("place", record.sequence());
            rows.add(row);
        }
        return rows;
    }

    private VectorSchemaRoot table(List<Map<String, Object>> rows) {
        var vectors = new ArrayList<FieldVector>();
        for (String name : List.of("symbol", "ts", "price", "size", "trade_id", "place", "segment")) {
            if (!name.equals("segment") || !rows.isEmpty() && rows.getFirst().containsKey(name)) {
                vectors.add(vector(name, rows));
            }
        }
        return new VectorSchemaRoot(vectors.stream().map(FieldVector::getField).toList(), vectors, rows.size());
    }

    private FieldVector vector(String name, List<Map<String, Object>> rows) {
        var type = switch (name) {
            case "symbol" -> ArrowType.Utf8.INSTANCE;
            case "ts" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
            case "price", "size" -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            default -> new ArrowType.Int(64, true);
        };
        var vector = Field.nullable(name, type).createVector(allocator);
        vector.allocateNew();
        for (int i = 0; i < rows.size(); i++) {
            var cell = rows.get(i).get(name);
            if (cell != null) {
                switch (vector) {
                    case VarCharVector texts -> texts.setSafe(i, ((String) cell).getBytes(StandardCharsets.UTF_8));
                    case TimeStampMicroTZVector times -> times.setSafe(i, (long) cell);
                    case Float8Vector numbers -> numbers.setSafe(i, (double) cell);
                    case BigIntVector wholes -> wholes.setSafe(i, (long) cell);
                    default -> throw new IllegalStateException();
                }
            }
        }
        vector.setValueCount(rows.size());
        return vector;
    }

    private static List<Map<String, Object>> rows(VectorSchemaRoot table) {
        var rows = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < table.getRowCount(); i++) {
            rows.add(new LinkedHashMap<>());
        }
        for (FieldVector vector : table.getFieldVectors()) {
            var column = Column.of(vector);
            for (int i = 0; i < rows.size(); i++) {
                Object cell =
                        column.isNull(i) ? null : column.isWhole() ? (Object) column.longAt(i) : column.valueAt(i);
                rows.get(i).put(vector.getName(), cell);
            }
        }
        return rows;
    }
}
