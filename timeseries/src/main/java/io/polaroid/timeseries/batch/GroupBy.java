package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.RowWindows;
import io.polaroid.timeseries.aggregate.TableAggregates;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Aggregates the rows of each key.
 *
 * <p><b>Shape</b> one row per key: keys, aggregates; without key columns, one row. <br><b>Order</b> keys in order of first appearance;
 * first and last go by the order of rows. <br><b>Nulls</b> a null key is a key. <br><b>Cost</b> O(rows). <br><b>Source</b> Polars {@code
 * group_by(maintain_order=True)}.
 *
 * @param keys key columns
 * @param aggregates output name to expression
 */
public record GroupBy(List<String> keys, SequencedMap<String, String> aggregates) implements BatchOperator {
    public GroupBy {
        keys = List.copyOf(keys);
        aggregates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(aggregates));
    }

    private record Fitted(List<Integer> keys, TableAggregates aggregates, Schema schema) {}

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "GROUP BY " + String.join(", ", keys);
    }

    private Result<Fitted> fitted(Schema input) {
        return Named.indexes(input, keys)
                .flatMap(places -> TableAggregates.of(aggregates, input).flatMap(compiled -> {
                    var fields = new ArrayList<Field>();
                    places.forEach(key -> fields.add(input.getFields().get(key)));
                    fields.addAll(compiled.outputs());
                    return Outputs.schema(fields).map(schema -> new Fitted(places, compiled, schema));
                }));
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return fitted(inputs.getFirst()).map(Fitted::schema);
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return apply(inputs, allocator, Workers.INLINE);
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        VectorSchemaRoot table = inputs.getFirst();
        return fitted(table.getSchema()).flatMap(fitted -> Types.check(() -> run(fitted, table, allocator, workers)));
    }

    private static VectorSchemaRoot run(
            Fitted fitted, VectorSchemaRoot table, BufferAllocator allocator, Workers workers) {
        List<Column> columns = fitted.keys().stream()
                .map(key -> Column.of(table.getVector(key)))
                .toList();
        Keys numbers = Keys.of(columns.size(), NullKeys.EQUAL);
        int[] codes = numbers.add(columns, table.getRowCount(), workers);
        int[] emit = new int[numbers.count()];
        for (int i = 0; i < emit.length; i++) {
            emit[i] = i;
        }
        int[] firstRows = Keys.firstRows(codes, emit.length);
        try (Made made = Made.with(allocator)) {
            for (int key : fitted.keys()) {
                FieldVector of = table.getVector(key);
                made.gather(of, firstRows, of.getField());
            }
            fitted.aggregates().apply(table, RowWindows.disjoint(codes, emit.length, emit), made, workers, allocator);
            return made.table(emit.length);
        }
    }
}
