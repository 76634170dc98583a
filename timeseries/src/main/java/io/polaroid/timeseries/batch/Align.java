package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.time.DateTimeException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Puts all series, of one table or of several, on one grid of times, so that row i of one series and of another have one time.
 *
 * <p>The grid goes from the tables' first time truncated to {@code every} to their last time. At each grid time a series says what its
 * last row at or before it said, in each table.
 *
 * <p><b>Shape</b> the columns of the first table, then those of the others but for time and keys; series times grid times rows.
 * <br><b>Order</b> the times of each series ascend in each table; the result has series in order of first appearance, those of the
 * first table first. <br><b>Nulls</b> null times are refused; before a series' first row in a table, and where its last row is further
 * back than {@code tolerance}, that table's columns are null but for the keys. <br><b>Cost</b> O(rows read + rows made).
 * <br><b>Source</b> ours; in Polars a cross join of grid and keys, then a {@code join_asof} for each table.
 *
 * @param time the time column, in all tables
 * @param every distance of the grid's times; positive
 * @param tolerance how far back a row may be, inclusive, where a day is 24 hours as in an as-of join; {@link Span#ZERO} for no limit
 * @param groupBy key columns, in all tables, whose values make a series; none for one series
 * @param suffixes for each table behind the first one: what is put behind names of its columns that are taken
 */
public record Align(String time, Span every, Span tolerance, List<String> groupBy, List<String> suffixes)
        implements BatchOperator {
    /** What the arrays have of a row. */
    private static final int ROW_BYTES = 24;

    public Align {
        groupBy = List.copyOf(groupBy);
        suffixes = List.copyOf(suffixes);
    }

    /** Of one table. */
    public Align(String time, Span every, Span tolerance, List<String> groupBy) {
        this(time, every, tolerance, groupBy, List.of());
    }

    /** What the options are in a table. */
    private record Fitted(TimeAxis axis, ZonedSpan every, ZonedSpan tolerance, List<Integer> keys) {
        boolean isValue(int column) {
            return column != axis.column() && !keys.contains(column);
        }
    }

    /** A table with its rows by series, which all tables number alike. */
    private record Side(Fitted fitted, VectorSchemaRoot table, long[] times, Groups groups) {}

    @Override
    public int inputs() {
        return 1 + suffixes.size();
    }

    @Override
    public String title() {
        return "ALIGN " + time + " EVERY " + every + (groupBy.isEmpty() ? "" : " BY " + String.join(", ", groupBy));
    }

    private Fitted fitted(Schema input) {
        if (tolerance.negative()) {
            throw Types.invalid("tolerance is " + tolerance + "; a distance is not negative");
        }
        if (!every.isOneKind()) {
            throw Types.invalid("every is " + every + "; it has one kind of unit");
        }
        TimeAxis axis = TimeAxis.of(input, time).orThrow();
        return new Fitted(
                axis,
                axis.positive(every, "every").orThrow(),
                axis.in(ZoneOffset.UTC).span(tolerance, "tolerance").orThrow(),
                Named.indexes(input, groupBy).orThrow());
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return Types.check(() -> fields(inputs)).flatMap(Outputs::schema);
    }

    private List<Field> fields(List<Schema> inputs) {
        Schema first = inputs.getFirst();
        Fitted fitted = fitted(first);
        var fields = new ArrayList<Field>();
        var names = new HashSet<String>();
        for (int i = 0; i < first.getFields().size(); i++) {
            Field field = first.getFields().get(i);
            fields.add(fitted.isValue(i) ? Gather.nullable(field) : field);
            names.add(field.getName());
        }
        for (int i = 1; i < inputs.size(); i++) {
            Schema input = inputs.get(i);
            Fitted other = fitted(input);
            checkType(first, input, time);
            groupBy.forEach(key -> checkType(first, input, key));
            for (int column = 0; column < input.getFields().size(); column++) {
                if (other.isValue(column)) {
                    Field field = Gather.nullable(input.getFields().get(column));
                    boolean isTaken = !names.add(field.getName());
                    fields.add(isTaken ? Gather.renamed(field, field.getName() + suffixes.get(i - 1)) : field);
                }
            }
        }
        return fields;
    }

    private static void checkType(Schema first, Schema other, String name) {
        var one = Types.column(first, name).getType();
        var another = Types.column(other, name).getType();
        if (!one.equals(another)) {
            throw Types.invalid("column '" + name + "' is a " + one + " in one table and a " + another
                    + " in another; cast one of them");
        }
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        try {
            return schema(inputs.stream().map(VectorSchemaRoot::getSchema).toList())
                    .flatMap(schema -> Types.check(() -> {
                        List<Side> sides = sides(inputs);
                        return write(schema, sides, grid(sides), allocator);
                    }));
        } catch (ArithmeticException | DateTimeException beyond) {
            return Outputs.beyondTime(time);
        }
    }

    private List<Side> sides(List<VectorSchemaRoot> inputs) {
        var numbers = Keys.of(groupBy.size(), NullKeys.EQUAL);
        var codes = new ArrayList<int[]>();
        for (VectorSchemaRoot table : inputs) {
            List<Column> keys = fitted(table.getSchema()).keys().stream()
                    .map(key -> Column.of(table.getVector(key)))
                    .toList();
            codes.add(numbers.add(keys, table.getRowCount()));
        }
        var sides = new ArrayList<Side>();
        for (int i = 0; i < inputs.size(); i++) {
            VectorSchemaRoot table = inputs.get(i);
            Fitted fitted = fitted(table.getSchema());
            long[] times =
                    fitted.axis().read(table.getVector(fitted.axis().column())).orThrow();
            Groups groups = Groups.of(codes.get(i), numbers.count());
            int unsorted = groups.firstDescent(times);
            if (unsorted >= 0) {
                fitted.axis().unsorted(groups.rows()[unsorted]).orThrow();
            }
            sides.add(new Side(fitted, table, times, groups));
        }
        return sides;
    }

    private static long[] grid(List<Side> sides) {
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        for (Side side : sides) {
            for (long one : side.times()) {
                least = Math.min(least, one);
                greatest = Math.max(greatest, one);
            }
        }
        if (least > greatest) {
            return new long[0];
        }
        int groups = Math.max(1, sides.getFirst().groups().count());
        ZonedSpan every = sides.getFirst().fitted().every();
        long first = every.truncate(least);
        MadeRows.check(((double) greatest - first) / every.longest() * groups, ROW_BYTES);
        int count = 0;
        long[] grid = new long[64];
        for (long at = first; at <= greatest; at = every.add(first, count)) {
            MadeRows.check((count + 1L) * groups, ROW_BYTES);
            if (count == grid.length) {
                grid = Arrays.copyOf(grid, count * 2);
            }
            grid[count++] = at;
        }
        return Arrays.copyOf(grid, count);
    }

    /** For each series and time the row of a table, or none. */
    private static int[] rows(Side side, long[] grid) {
        Groups groups = side.groups();
        ZonedSpan tolerance = side.fitted().tolerance();
        boolean anyDistance = tolerance.span().isZero();
        int[] inOrder = groups.rows();
        int[] rows = new int[Math.multiplyExact(groups.count(), grid.length)];
        int made = 0;
        for (int group = 0; group < groups.count(); group++) {
            int start = groups.starts()[group];
            int end = groups.starts()[group + 1];
            int next = start;
            for (long at : grid) {
                while (next < end && side.times()[inOrder[next]] <= at) {
                    next++;
                }
                int row = next == start ? Gather.NULL : inOrder[next - 1];
                boolean isNear = row >= 0 && (anyDistance || tolerance.add(side.times()[row]) >= at);
                rows[made++] = isNear ? row : Gather.NULL;
            }
        }
        return rows;
    }

    private static VectorSchemaRoot write(Schema schema, List<Side> sides, long[] grid, BufferAllocator allocator) {
        int groups = sides.getFirst().groups().count();
        int column = 0;
        try (Made made = Made.with(allocator)) {
            for (int input = 0; input < sides.size(); input++) {
                Side side = sides.get(input);
                boolean isFirst = input == 0;
                int[] rows = rows(side, grid);
                for (int i = 0; i < side.table().getFieldVectors().size(); i++) {
                    FieldVector from = side.table().getVector(i);
                    if (side.fitted().isValue(i)) {
                        made.gather(from, rows, schema.getFields().get(column++));
                    } else if (isFirst && i == side.fitted().axis().column()) {
                        side.fitted().axis().write(made, schema.getFields().get(column++), repeated(grid, groups));
                    } else if (isFirst) {
                        key(
                                made,
                                sides,
                                side.fitted().keys().indexOf(i),
                                grid.length,
                                schema.getFields().get(column++),
                                allocator);
                    }
                }
            }
            return made.table(groups * grid.length);
        }
    }

    private static long[] repeated(long[] grid, int times) {
        long[] cells = new long[grid.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(grid, 0, cells, i * grid.length, grid.length);
        }
        return cells;
    }

    /** The key of each series, from the first table that has it. */
    private static void key(Made made, List<Side> sides, int key, int times, Field as, BufferAllocator allocator) {
        int groups = sides.getFirst().groups().count();
        int[] bySeries = new int[groups * times];
        try (FieldVector names = as.createVector(allocator)) {
            names.setInitialCapacity(groups);
            names.allocateNew();
            for (int group = 0; group < groups; group++) {
                for (Side side : sides) {
                    if (side.groups().size(group) > 0) {
                        int row = side.groups().rows()[side.groups().starts()[group]];
                        names.copyFromSafe(
                                row,
                                group,
                                side.table().getVector(side.fitted().keys().get(key)));
                        break;
                    }
                }
                Arrays.fill(bySeries, group * times, (group + 1) * times, group);
            }
            names.setValueCount(groups);
            made.gather(names, bySeries, as);
        }
    }
}
