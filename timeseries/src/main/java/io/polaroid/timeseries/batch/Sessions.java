package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.TableAggregates;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.time.DateTimeException;
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
 * Aggregates rows that follow each other closely: a session ends where no row comes for longer than the gap.
 *
 * <p><b>Shape</b> one row per series and session: keys, {@code _lower_boundary} and {@code _upper_boundary} (the times of the first and
 * last row), the time column (the same as the lower one), aggregates. <br><b>Order</b> the times of each series ascend; the result is
 * ordered by key as {@link Resample} orders it, then by time. <br><b>Nulls</b> null times are refused; a null key is a key. <br><b>Cost</b>
 * O(rows). <br><b>Source</b> session windows of Kafka Streams: rows exactly the gap apart are in one session.
 *
 * @param time the time column
 * @param gap the longest time between two rows of a session; positive
 * @param groupBy key columns, whose values make a series; none for one series
 * @param aggregates output name to expression
 */
public record Sessions(String time, Span gap, List<String> groupBy, SequencedMap<String, String> aggregates)
        implements BatchOperator {
    public Sessions {
        groupBy = List.copyOf(groupBy);
        aggregates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(aggregates));
    }

    private record Fitted(
            TimeAxis axis, ZonedSpan gap, List<Integer> keys, TableAggregates aggregates, Schema schema) {}

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "SESSIONS OF " + time + " GAP " + gap + (groupBy.isEmpty() ? "" : " BY " + String.join(", ", groupBy));
    }

    private Result<Fitted> fitted(Schema input) {
        return TimeAxis.of(input, time)
                .flatMap(axis -> axis.positive(gap, "gap")
                        .flatMap(length -> Named.indexes(input, groupBy)
                                .flatMap(keys -> TableAggregates.of(aggregates, input)
                                        .flatMap(compiled -> {
                                            var fields = new ArrayList<Field>();
                                            keys.forEach(key ->
                                                    fields.add(input.getFields().get(key)));
                                            fields.add(axis.bounds(Outputs.LOWER));
                                            fields.add(axis.bounds(Outputs.UPPER));
                                            fields.add(axis.field());
                                            fields.addAll(compiled.outputs());
                                            return Outputs.schema(fields)
                                                    .map(schema -> new Fitted(axis, length, keys, compiled, schema));
                                        }))));
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
        try {
            return fitted(table.getSchema())
                    .flatMap(fitted -> fitted.axis()
                            .read(table.getVector(fitted.axis().column()))
                            .flatMap(times -> find(fitted, table, times))
                            .map(found -> write(fitted, table, found, allocator, workers)));
        } catch (ArithmeticException | DateTimeException beyond) {
            return Outputs.beyondTime(time);
        }
    }

    private static Result<FoundWindows> find(Fitted fitted, VectorSchemaRoot table, long[] times) {
        List<Column> columns = fitted.keys().stream()
                .map(key -> Column.of(table.getVector(key)))
                .toList();
        Keys numbers = Keys.of(columns.size(), NullKeys.EQUAL);
        int[] codes = numbers.add(columns, times.length);
        int groups = numbers.count();
        int[] order = columns.isEmpty() ? new int[] {0} : GroupOrder.of(columns, Keys.firstRows(codes, groups));
        var search = new SessionGaps(codes, times, groups);
        int unsorted = search.run(fitted.gap());
        return unsorted >= 0 ? fitted.axis().unsorted(unsorted) : Result.ok(search.windows(order));
    }

    private static VectorSchemaRoot write(
            Fitted fitted, VectorSchemaRoot table, FoundWindows found, BufferAllocator allocator, Workers workers) {
        TimeAxis axis = fitted.axis();
        try (Made made = Made.with(allocator)) {
            int[] keyRows = found.keyRows();
            for (int key : fitted.keys()) {
                FieldVector of = table.getVector(key);
                made.gather(of, keyRows, of.getField());
            }
            axis.write(made, axis.bounds(Outputs.LOWER), found.starts());
            axis.write(made, axis.bounds(Outputs.UPPER), found.ends());
            axis.write(made, axis.field(), found.starts());
            fitted.aggregates().apply(table, found.rows(), made, workers, allocator);
            return made.table(found.count());
        }
    }
}
