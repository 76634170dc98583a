package io.polaroid.query.topic;

import io.polaroid.timeseries.row.Row;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedWidthVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Rows copied into fresh vectors. The caller owns each root that {@link #take} gives. */
final class RowVectors implements AutoCloseable {
    /** Rows a batch holds. */
    static final int BATCH_ROWS = 16_384;

    private final TopicTable table;
    private final BufferAllocator allocator;
    private final List<VectorSchemaRoot> full = new ArrayList<>();
    private VectorSchemaRoot open;
    private int rows;

    RowVectors(TopicTable table, BufferAllocator allocator) {
        this.table = table;
        this.allocator = allocator;
        this.open = VectorSchemaRoot.create(table.schema(), allocator);
    }

    void add(Row row, int partition, long offset) {
        int values = open.getFieldVectors().size() - 2;
        for (int column = 0; column < values; column++) {
            if (!row.isNull(column)) {
                set(open.getVector(column), rows, row, column);
            }
        }
        ((IntVector) open.getVector(values)).setSafe(rows, partition);
        ((BigIntVector) open.getVector(values + 1)).setSafe(rows, offset);
        rows++;
        if (rows == BATCH_ROWS) {
            seal();
        }
    }

    /** All batches; nothing may be added after. */
    List<VectorSchemaRoot> take() {
        seal();
        var taken = List.copyOf(full);
        full.clear();
        return taken;
    }

    private void seal() {
        open.setRowCount(rows);
        full.add(open);
        open = VectorSchemaRoot.create(table.schema(), allocator);
        rows = 0;
    }

    private static void set(FieldVector vector, int index, Row row, int column) {
        switch (vector) {
            case Float8Vector doubles -> doubles.setSafe(index, row.doubleAt(column));
            case Float4Vector floats -> floats.setSafe(index, (float) row.doubleAt(column));
            case BitVector bits -> bits.setSafe(index, Boolean.TRUE.equals(row.valueAt(column)) ? 1 : 0);
            case VarCharVector text ->
                text.setSafe(index, cell(row, column).toString().getBytes(StandardCharsets.UTF_8));
            case VarBinaryVector bytes -> bytes.setSafe(index, (byte[]) cell(row, column));
            case DecimalVector decimals -> decimals.setSafe(index, decimal(cell(row, column), decimals.getScale()));
            case TimeStampVector times -> times.setSafe(index, row.longAt(column));
            case DateDayVector days -> days.setSafe(index, (int) row.longAt(column));
            case DateMilliVector dates -> dates.setSafe(index, row.longAt(column));
            case BaseIntVector ints -> {
                while (index >= ints.getValueCapacity()) {
                    ((FixedWidthVector) ints).reAlloc();
                }
                ints.setWithPossibleTruncate(index, row.longAt(column));
            }
            default -> throw new IllegalArgumentException("no cells of type " + vector.getField());
        }
    }

    private static Object cell(Row row, int column) {
        return Objects.requireNonNull(row.valueAt(column), "the cell was not null");
    }

    private static BigDecimal decimal(Object cell, int scale) {
        return ((BigDecimal) cell).setScale(scale, RoundingMode.UNNECESSARY);
    }

    @Override
    public void close() {
        full.forEach(VectorSchemaRoot::close);
        full.clear();
        open.close();
    }
}
