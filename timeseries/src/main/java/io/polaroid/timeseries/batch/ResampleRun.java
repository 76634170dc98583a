package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.TableAggregates;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.LongBuffer;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A resampling that fits its table.
 *
 * @param spec what was asked for
 * @param axis the time column
 * @param keys places of the key columns
 * @param search finds the windows
 * @param aggregates what is computed
 * @param schema columns of the result
 */
record ResampleRun(
        Resample spec,
        TimeAxis axis,
        List<Integer> keys,
        WindowSearch search,
        TableAggregates aggregates,
        Schema schema) {

    static Result<ResampleRun> prepare(Resample spec, Schema input) {
        return TimeAxis.of(input, spec.time())
                .flatMap(axis -> Named.indexes(input, spec.groupBy())
                        .flatMap(keys -> WindowSearch.of(spec, axis)
                                .flatMap(search -> TableAggregates.of(spec.aggregates(), input)
                                        .flatMap(aggregates -> checkFill(spec, aggregates)
                                                .flatMap(checked ->
                                                        Outputs.schema(fields(spec, input, axis, keys, aggregates)))
                                                .map(schema -> new ResampleRun(
                                                        spec, axis, keys, search, aggregates, schema))))));
    }

    private static List<Field> fields(
            Resample spec, Schema input, TimeAxis axis, List<Integer> keys, TableAggregates aggregates) {
        var fields = new ArrayList<Field>();
        keys.forEach(key -> fields.add(input.getFields().get(key)));
        if (spec.boundaries() == Boundaries.INCLUDED) {
            fields.add(axis.bounds(Outputs.LOWER));
            fields.add(axis.bounds(Outputs.UPPER));
        }
        fields.add(axis.field());
        for (Field output : aggregates.outputs()) {
            fields.add(Filler.field(output, spec.fill().getOrDefault(output.getName(), new Fill.None())));
        }
        return fields;
    }

    private static Result<Boolean> checkFill(Resample spec, TableAggregates aggregates) {
        Map<String, Field> outputs = new LinkedHashMap<>();
        aggregates.outputs().forEach(output -> outputs.put(output.getName(), output));
        for (Map.Entry<String, Fill> fill : spec.fill().entrySet()) {
            Field output = outputs.get(fill.getKey());
            Field of = fill.getValue() instanceof Fill.PreviousOf previous ? outputs.get(previous.column()) : output;
            if (output == null || of == null) {
                return Result.err(
                        ProblemCode.INVALID_PLAN,
                        "fill names '" + fill.getKey() + "' and what fills it; the outputs are " + outputs.keySet());
            }
            String refusal = Filler.refusal(output, fill.getValue(), of);
            if (!refusal.isEmpty()) {
                return Result.err(
                        ProblemCode.INVALID_PLAN, "column '" + fill.getKey() + "' cannot be filled: " + refusal);
            }
        }
        return Result.ok(true);
    }

    Result<VectorSchemaRoot> apply(VectorSchemaRoot table, BufferAllocator allocator, Workers workers) {
        try {
            return axis.view(table.getVector(axis.column()))
                    .flatMap(times -> find(table, times, workers))
                    .flatMap(found -> write(table, found, allocator, workers));
        } catch (PolaroidException tooMany) {
            return Result.err(tooMany.problem());
        } catch (ArithmeticException | DateTimeException beyond) {
            return Outputs.beyondTime(spec.time());
        }
    }

    private Result<FoundWindows> find(VectorSchemaRoot table, LongBuffer times, Workers workers) {
        List<Column> columns =
                keys.stream().map(key -> Column.of(table.getVector(key))).toList();
        if (columns.isEmpty()) {
            return search.find(new int[0], 1, times, new int[] {0}, workers);
        }
        Keys numbers = Keys.of(columns.size(), NullKeys.EQUAL);
        int[] codes = numbers.add(columns, times.limit(), workers);
        int[] firstRows = Keys.firstRows(codes, numbers.count());
        return search.find(codes, numbers.count(), times, GroupOrder.of(columns, firstRows), workers);
    }

    private Result<VectorSchemaRoot> write(
            VectorSchemaRoot table, FoundWindows found, BufferAllocator allocator, Workers workers) {
        if (spec.fillsGaps()) {
            return search.gaps(found).map(gaps -> filled(table, found, gaps, allocator, workers));
        }
        try (Made made = Made.with(allocator)) {
            int[] keyRows = found.keyRows();
            for (int key : keys) {
                FieldVector of = table.getVector(key);
                made.gather(of, keyRows, of.getField());
            }
            writeTimes(made, found.starts(), found.ends(), labels(table, found));
            aggregates.apply(table, found.rows(), made, workers, allocator);
            return Result.ok(made.table(found.count()));
        }
    }

    private long[] labels(VectorSchemaRoot table, FoundWindows found) {
        return switch (spec.label()) {
            case LEFT -> found.starts();
            case RIGHT -> found.ends();
            case DATAPOINT -> axis.at(table.getVector(axis.column()), found.firstRows());
        };
    }

    private void writeTimes(Made made, long[] starts, long[] ends, long[] labels) {
        if (spec.boundaries() == Boundaries.INCLUDED) {
            axis.write(made, axis.bounds(Outputs.LOWER), starts);
            axis.write(made, axis.bounds(Outputs.UPPER), ends);
        }
        axis.write(made, axis.field(), labels);
    }

    private VectorSchemaRoot filled(
            VectorSchemaRoot table, FoundWindows found, GapWindows gaps, BufferAllocator allocator, Workers workers) {
        try (Made inner = Made.with(allocator);
                Made made = Made.with(allocator)) {
            aggregates.apply(table, found.rows(), inner, workers, allocator);
            try (VectorSchemaRoot windows = inner.table(found.count())) {
                int[] firstRows = gaps.firstRows(found);
                for (int key : keys) {
                    FieldVector of = table.getVector(key);
                    made.gather(of, firstRows, of.getField());
                }
                writeTimes(made, gaps.starts(), gaps.ends(), gaps.labels(spec.label(), labels(table, found)));
                var filler = new Filler(gaps, made);
                for (int i = 0; i < windows.getFieldVectors().size(); i++) {
                    String name = windows.getVector(i).getField().getName();
                    filler.write(windows, i, spec.fill().getOrDefault(name, new Fill.None()));
                }
            }
            return made.table(gaps.count());
        }
    }
}
