package io.polaroid.query.operator;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Some columns, in this order. Nothing is copied.
 *
 * @param columns their names
 */
public record SelectColumns(List<String> columns) implements BatchOperator {
    public SelectColumns {
        columns = List.copyOf(columns);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "select " + String.join(", ", columns);
    }

    @Override
    public int heapBytesOfRow() {
        return 0;
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        var input = inputs.getFirst();
        return Named.indexes(input, columns)
                .map(kept ->
                        new Schema(kept.stream().map(input.getFields()::get).toList()));
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        var table = inputs.getFirst();
        return Named.indexes(table.getSchema(), columns).map(kept -> {
            try (var made = Made.with(allocator)) {
                kept.forEach(index -> made.share(
                        table.getVector(index), table.getVector(index).getField()));
                return made.table(table.getRowCount());
            }
        });
    }
}
