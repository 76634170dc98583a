package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Puts the rows of each series on a grid of times.
 *
 * <p><b>Shape</b> the same columns, without keys the time first, as in Polars; one row for each time from the series' first one to its last one, {@code every} apart, or several
 * where several rows have that time. Rows that are not on the grid are left out. <br><b>Order</b> the times of each series ascend; the
 * result has series in order of first appearance. <br><b>Nulls</b> null times are refused; a time without a row has nulls, but for the
 * keys. <br><b>Cost</b> O(rows read + rows made). <br><b>Source</b> Polars {@code upsample(maintain_order=True)}.
 *
 * @param time the time column
 * @param every distance of the times; positive
 * @param groupBy key columns, whose values make a series; none for one series
 */
public record Upsample(String time, Span every, List<String> groupBy) implements BatchOperator {
    /** What the arrays have of a row while they grow. */
    private static final int ROW_BYTES = 64;

    public Upsample {
        groupBy = List.copyOf(groupBy);
    }

    private record Fitted(TimeAxis axis, ZonedSpan every, List<Integer> keys) {
        /** The columns in the order of the result: without keys the rows are joined to the times, which makes these the first. */
        int[] order(int columns) {
            IntStream all = IntStream.range(0, columns);
            return keys.isEmpty()
                    ? IntStream.concat(IntStream.of(axis.column()), all.filter(i -> i != axis.column()))
                            .toArray()
                    : all.toArray();
        }
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "UPSAMPLE " + time + " EVERY " + every + (groupBy.isEmpty() ? "" : " BY " + String.join(", ", groupBy));
    }

    private Result<Fitted> fitted(Schema input) {
        return TimeAxis.of(input, time)
                .flatMap(axis -> axis.positive(every, "every")
                        .flatMap(step -> Named.indexes(input, groupBy).map(keys -> new Fitted(axis, step, keys))));
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        Schema input = inputs.getFirst();
        return fitted(input).map(fitted -> {
            var fields = new ArrayList<Field>();
            for (int i : fitted.order(input.getFields().size())) {
                Field field = input.getFields().get(i);
                boolean full = i == fitted.axis().column() || fitted.keys().contains(i);
                fields.add(full ? field : Gather.nullable(field));
            }
            return new Schema(fields);
        });
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        VectorSchemaRoot table = inputs.getFirst();
        try {
            return fitted(table.getSchema())
                    .flatMap(fitted -> fitted.axis()
                            .read(table.getVector(fitted.axis().column()))
                            .flatMap(times -> grid(fitted, table, times))
                            .map(grid -> write(fitted, table, grid, allocator)));
        } catch (ArithmeticException | DateTimeException beyond) {
            return Outputs.beyondTime(time);
        }
    }

    private Result<Grid> grid(Fitted fitted, VectorSchemaRoot table, long[] times) {
        List<Column> keys = fitted.keys().stream()
                .map(key -> Column.of(table.getVector(key)))
                .toList();
        Groups groups = Groups.of(keys, times.length);
        int unsorted = groups.firstDescent(times);
        if (unsorted >= 0) {
            return fitted.axis().unsorted(groups.rows()[unsorted]);
        }
        var grid = new Grid();
        for (int group = 0; group < groups.count(); group++) {
            if (groups.size(group) > 0 && !series(fitted.every(), groups, group, times, grid)) {
                return Result.err(MadeRows.problem(ROW_BYTES));
            }
        }
        return Result.ok(grid);
    }

    private static boolean series(ZonedSpan every, Groups groups, int group, long[] times, Grid grid) {
        int[] rows = groups.rows();
        int at = groups.starts()[group];
        int end = groups.starts()[group + 1];
        int keyRow = rows[at];
        long first = times[rows[at]];
        long last = times[rows[end - 1]];
        long time = first;
        int most = MadeRows.most(ROW_BYTES);
        if (((double) last - first) / every.longest() > most) {
            return false;
        }
        for (long step = 1; time <= last; step++) {
            while (at < end && times[rows[at]] < time) {
                at++;
            }
            if (at == end || times[rows[at]] > time) {
                grid.add(time, Gather.NULL, keyRow);
            }
            for (; at < end && times[rows[at]] == time; at++) {
                grid.add(time, rows[at], keyRow);
            }
            if (grid.count > most) {
                return false;
            }
            time = every.isConstant() ? Math.addExact(time, every.units()) : every.add(first, step);
        }
        return true;
    }

    private static VectorSchemaRoot write(Fitted fitted, VectorSchemaRoot table, Grid grid, BufferAllocator allocator) {
        try (Made made = Made.with(allocator)) {
            int[] rows = Arrays.copyOf(grid.rows, grid.count);
            int[] keyRows = Arrays.copyOf(grid.keyRows, grid.count);
            for (int i : fitted.order(table.getFieldVectors().size())) {
                FieldVector from = table.getVector(i);
                if (i == fitted.axis().column()) {
                    fitted.axis().write(made, from.getField(), Arrays.copyOf(grid.times, grid.count));
                } else if (fitted.keys().contains(i)) {
                    made.gather(from, keyRows, from.getField());
                } else {
                    made.gather(from, rows, Gather.nullable(from.getField()));
                }
            }
            return made.table(grid.count);
        }
    }

    /** Rows of the result as they are found. */
    private static final class Grid {
        private long[] times = new long[64];
        private int[] rows = new int[64];
        private int[] keyRows = new int[64];
        private int count;

        void add(long time, int row, int keyRow) {
            if (count == rows.length) {
                times = Arrays.copyOf(times, count * 2);
                rows = Arrays.copyOf(rows, count * 2);
                keyRows = Arrays.copyOf(keyRows, count * 2);
            }
            times[count] = time;
            rows[count] = row;
            keyRows[count++] = keyRow;
        }
    }
}
