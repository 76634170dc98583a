package io.polaroid.query.operator;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.Selected;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows for which a condition is true, and some of their columns.
 *
 * <p><b>Order</b> that of the input. <b>Nulls</b> a condition that is null keeps no row. <b>Cost</b> one pass over the columns of the
 * condition, one over the rows that are kept.
 *
 * @param condition a boolean expression
 * @param columns what is kept of the rows; none means all
 */
public record FilterRows(Expr condition, List<String> columns) implements BatchOperator {
    public FilterRows {
        columns = List.copyOf(columns);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "filter";
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return kept(inputs.getFirst())
                .map(fields -> new Schema(
                        fields.stream().map(inputs.getFirst().getFields()::get).toList()));
    }

    private Result<List<Integer>> kept(Schema input) {
        return Named.indexes(
                input,
                columns.isEmpty()
                        ? input.getFields().stream()
                                .map(field -> field.getName())
                                .toList()
                        : columns);
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return apply(inputs, allocator, Workers.INLINE);
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        var table = inputs.getFirst();
        return kept(table.getSchema())
                .flatMap(kept -> Selection.rows(condition, table, workers)
                        .map(rows -> taken(table, kept, rows, allocator, workers)));
    }

    private static VectorSchemaRoot taken(
            VectorSchemaRoot table, List<Integer> kept, Selected chosen, BufferAllocator allocator, Workers workers) {
        boolean all = chosen.count() == table.getRowCount();
        List<Boolean> inPieces = kept.stream()
                .map(column -> !all && Selected.takes(table.getVector(column)))
                .toList();
        int[] numbers = all || !inPieces.contains(false) ? new int[0] : chosen.rows();
        var columns = new AtomicReferenceArray<Optional<FieldVector>>(kept.size());
        try (var made = Made.with(allocator)) {
            try {
                for (int i = 0; i < kept.size(); i++) {
                    var column = table.getVector(kept.get(i));
                    if (inPieces.get(i)) {
                        columns.set(i, Optional.of(chosen.of(column, column.getField(), allocator, workers)));
                    }
                }
                workers.run(kept.size(), i -> {
                    var column = table.getVector(kept.get(i));
                    if (all) {
                        columns.set(i, Optional.of(Gather.share(column, column.getField(), allocator)));
                    } else if (!inPieces.get(i)) {
                        columns.set(i, Optional.of(Gather.rows(column, numbers, column.getField(), allocator)));
                    }
                });
            } finally {
                // also after a failure, so that what the others made is closed
                for (int i = 0; i < kept.size(); i++) {
                    Optional.ofNullable(columns.get(i))
                            .flatMap(column -> column)
                            .ifPresent(made::add);
                }
            }
            return made.table(chosen.count());
        }
    }
}
