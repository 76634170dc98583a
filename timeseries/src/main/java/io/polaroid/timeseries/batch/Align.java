package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Puts all series on one grid of times, so that row i of one series and of another have one time.
 *
 * <p>The grid goes from the table's first time truncated to {@code every} to its last time. At each grid time a series says what its
 * last row at or before it said.
 *
 * <p><b>Shape</b> the same columns; series times grid times rows. <br><b>Order</b> the times of each series ascend; the result has series
 * in order of first appearance. <br><b>Nulls</b> null times are refused; before a series' first row, and where its last row is further
 * back than {@code tolerance}, its columns are null but for the keys. <br><b>Cost</b> O(rows read + rows made). <br><b>Source</b> ours;
 * in Polars a cross join of grid and keys, then {@code join_asof}.
 *
 * @param time the time column
 * @param every distance of the grid's times; positive
 * @param tolerance how far back a row may be, inclusive; {@link Span#ZERO} for no limit
 * @param groupBy key columns, whose values make a series; none for one series
 */
public record Align(String time, Span every, Span tolerance, List<String> groupBy) implements BatchOperator {
    private static final int MOST = 500_000_000;

    public Align {
        groupBy = List.copyOf(groupBy);
    }

    private record Fitted(TimeAxis axis, ZonedSpan every, ZonedSpan tolerance, List<Integer> keys) {}

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "ALIGN " + time + " EVERY " + every + (groupBy.isEmpty() ? "" : " BY " + String.join(", ", groupBy));
    }

    private Result<Fitted> fitted(Schema input) {
        if (tolerance.negative()) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT, "tolerance is " + tolerance + "; a distance is not negative");
        }
        if (!every.isOneKind()) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "every is " + every + "; it has one kind of unit");
        }
        return TimeAxis.of(input, time)
                .flatMap(axis -> axis.positive(every, "every")
                        .flatMap(step -> axis.span(tolerance, "tolerance")
                                .flatMap(back -> Named.indexes(input, groupBy)
                                        .map(keys -> new Fitted(axis, step, back, keys)))));
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        Schema input = inputs.getFirst();
        return fitted(input).map(fitted -> {
            var fields = new ArrayList<Field>();
            for (int i = 0; i < input.getFields().size(); i++) {
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
                            .flatMap(times -> run(fitted, table, times, allocator)));
        } catch (ArithmeticException | DateTimeException beyond) {
            return Outputs.beyondTime(time);
        }
    }

    private static Result<VectorSchemaRoot> run(
            Fitted fitted, VectorSchemaRoot table, long[] times, BufferAllocator allocator) {
        List<Column> keys = fitted.keys().stream()
                .map(key -> Column.of(table.getVector(key)))
                .toList();
        Groups groups = Groups.of(keys, times.length);
        int unsorted = groups.firstDescent(times);
        if (unsorted >= 0) {
            return fitted.axis().unsorted(groups.rows()[unsorted]);
        }
        return grid(fitted.every(), times, Math.max(1, groups.count()))
                .map(grid -> write(fitted, table, groups, times, grid, allocator));
    }

    private static Result<long[]> grid(ZonedSpan every, long[] times, int groups) {
        if (times.length == 0) {
            return Result.ok(new long[0]);
        }
        long least = times[0];
        long greatest = times[0];
        for (long one : times) {
            least = Math.min(least, one);
            greatest = Math.max(greatest, one);
        }
        long first = every.truncate(least);
        int count = 0;
        long[] grid = new long[64];
        for (long at = first; at <= greatest; at = every.add(first, count)) {
            if (count >= MOST / groups) {
                return Result.err(
                        ProblemCode.BUDGET_EXCEEDED, "the grid has more than " + MOST + " rows; take a longer 'every'");
            }
            if (count == grid.length) {
                grid = Arrays.copyOf(grid, count * 2);
            }
            grid[count++] = at;
        }
        return Result.ok(Arrays.copyOf(grid, count));
    }

    private static VectorSchemaRoot write(
            Fitted fitted,
            VectorSchemaRoot table,
            Groups groups,
            long[] times,
            long[] grid,
            BufferAllocator allocator) {
        int count = Math.multiplyExact(groups.count(), grid.length);
        int[] rows = new int[count];
        int[] keyRows = new int[count];
        long[] cells = new long[count];
        int made = 0;
        for (int group = 0; group < groups.count(); group++) {
            int start = groups.starts()[group];
            int next = start;
            for (long at : grid) {
                while (next < groups.starts()[group + 1] && times[groups.rows()[next]] <= at) {
                    next++;
                }
                int row = next == start ? Gather.NULL : groups.rows()[next - 1];
                boolean near = row >= 0
                        && (fitted.tolerance().span().isZero()
                                || fitted.tolerance().add(times[row]) >= at);
                rows[made] = near ? row : Gather.NULL;
                keyRows[made] = groups.rows()[start];
                cells[made++] = at;
            }
        }
        return table(fitted, table, rows, keyRows, cells, allocator);
    }

    private static VectorSchemaRoot table(
            Fitted fitted, VectorSchemaRoot table, int[] rows, int[] keyRows, long[] cells, BufferAllocator allocator) {
        try (Made made = Made.with(allocator)) {
            for (int i = 0; i < table.getFieldVectors().size(); i++) {
                FieldVector from = table.getVector(i);
                if (i == fitted.axis().column()) {
                    fitted.axis().write(made, from.getField(), cells);
                } else if (fitted.keys().contains(i)) {
                    made.gather(from, keyRows, from.getField());
                } else {
                    made.gather(from, rows, Gather.nullable(from.getField()));
                }
            }
            return made.table(rows.length);
        }
    }
}
