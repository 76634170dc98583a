package io.polaroid.query.operator;

import io.polaroid.query.plan.SortKey;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.Order;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows in order; rows of equal keys stay in theirs.
 *
 * <p><b>Nulls</b> stand where each key says. NaN is greater than all numbers, texts are ordered by their UTF-8 bytes.
 *
 * @param by the columns to sort by, the most important first
 */
public record SortRows(List<SortKey> by) implements BatchOperator {
    public SortRows {
        by = List.copyOf(by);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "sort";
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return Named.indexes(inputs.getFirst(), by.stream().map(SortKey::column).toList())
                .map(found -> inputs.getFirst());
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        var table = inputs.getFirst();
        return Named.indexes(table.getSchema(), by.stream().map(SortKey::column).toList())
                .map(indexes -> {
                    int[] rows = IntStream.range(0, table.getRowCount()).toArray();
                    // by the least important key first: each pass is stable
                    for (int i = by.size() - 1; i >= 0; i--) {
                        rows = sorted(rows, table.getVector(indexes.get(i)), by.get(i));
                    }
                    return taken(table, rows, allocator);
                });
    }

    private static VectorSchemaRoot taken(VectorSchemaRoot table, int[] rows, BufferAllocator allocator) {
        try (var made = Made.with(allocator)) {
            for (FieldVector column : table.getFieldVectors()) {
                made.add(Gather.rows(column, rows, column.getField(), allocator));
            }
            return made.table(rows.length);
        }
    }

    private static int[] sorted(int[] rows, FieldVector vector, SortKey key) {
        var column = Column.of(vector);
        long[] ranks = Ranks.of(column);
        long flip = switch (key.order()) {
            case ASCENDING -> 0L;
            case DESCENDING -> -1L;
        };
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] ^= flip;
        }
        int[] byValue = reordered(rows, ranks);
        if (!column.hasNulls()) {
            return byValue;
        }
        boolean first = key.nulls() == SortKey.Nulls.FIRST;
        long[] places = new long[ranks.length];
        for (int row = 0; row < places.length; row++) {
            places[row] = column.isNull(row) == first ? 0 : 1;
        }
        return reordered(byValue, places);
    }

    /** The rows in stable ascending order of their ranks. */
    private static int[] reordered(int[] rows, long[] ranks) {
        long[] current = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            current[i] = ranks[rows[i]];
        }
        int[] order = Order.ascending(current);
        for (int i = 0; i < order.length; i++) {
            order[i] = rows[order[i]];
        }
        return order;
    }
}
