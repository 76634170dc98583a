package io.polaroid.query.operator;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Some rows, counted from the first. Fixed-width columns are not copied.
 *
 * @param rows most rows
 * @param offset rows left out before them
 */
public record LimitRows(long rows, long offset) implements BatchOperator {
    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "limit " + rows + (offset == 0 ? "" : " after " + offset);
    }

    @Override
    public int heapBytesOfRow() {
        return 0;
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return Result.ok(inputs.getFirst());
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        var table = inputs.getFirst();
        int from = (int) Math.min(offset, table.getRowCount());
        int count = (int) Math.min(rows, table.getRowCount() - from);
        try (var made = Made.with(allocator)) {
            for (FieldVector column : table.getFieldVectors()) {
                var pair = column.getTransferPair(column.getField(), allocator);
                made.add((FieldVector) pair.getTo());
                if (count > 0) {
                    pair.splitAndTransfer(from, count);
                }
            }
            return Result.ok(made.table(count));
        }
    }
}
