package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.RowWindows;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.window.Cells;
import io.polaroid.timeseries.window.Kernel;
import io.polaroid.timeseries.window.Ranges;
import io.polaroid.timeseries.window.Statistic;
import io.polaroid.timeseries.window.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Statistics of columns over the windows of each series. */
final class Rolled {
    /** Makes the windows of one series, as positions of arranged rows. */
    @FunctionalInterface
    interface Framed {
        Ranges windows(Ranges reused, int group);
    }

    /**
     * A statistic over arranged columns.
     *
     * @param type the type of its result
     */
    record Task(Statistic statistic, Values values, Values second, int minSamples, ArrowType type) {
        Task(Statistic statistic, Values values, int minSamples, ArrowType type) {
            this(statistic, values, values, minSamples, type);
        }

        private Kernel kernel() {
            return statistic.kernel(values, second, minSamples, Types.least(type), Types.greatest(type));
        }

        private boolean isWhole() {
            return !(type instanceof ArrowType.FloatingPoint);
        }
    }

    /**
     * Windows over the rows of groups.
     *
     * @param rows the rows that are aggregated
     * @param around how many windows each group has: one for each of these rows
     * @param frames makes the windows, for one thread each
     */
    record Windowed(Groups rows, Groups around, Supplier<Framed> frames) {
        /** The windows as ranges of the rows. */
        RowWindows ranges() {
            Framed frame = frames.get();
            int[] starts = around.starts();
            int[] from = new int[around.rowCount()];
            int[] to = new int[from.length];
            Ranges ranges = new Ranges();
            for (int group = 0; group < around.count(); group++) {
                ranges = frame.windows(ranges, group);
                System.arraycopy(ranges.from(), 0, from, starts[group], ranges.count());
                System.arraycopy(ranges.to(), 0, to, starts[group], ranges.count());
            }
            return RowWindows.ranges(rows.rows(), from, to);
        }
    }

    private Rolled() {}

    /** The type of a statistic of a column, as Polars has it. */
    static Field field(Schema schema, Output output) {
        Statistic statistic = output.statistic();
        Field of = Types.column(schema, output.columns().getFirst());
        ArrowType type = of.getType();
        boolean ordered = statistic.keepsWhole() && !(statistic instanceof Statistic.Sum) && Types.isTemporal(type);
        boolean span = statistic instanceof Statistic.Sum && type instanceof ArrowType.Duration;
        if (ordered || span || statistic instanceof Statistic.Count) {
            return Types.output(output.name(), statistic instanceof Statistic.Count ? Types.UINT32 : type);
        }
        for (String column : output.columns()) {
            Types.number(schema, column, "rolling " + statistic.title());
        }
        if (statistic.isCount()) {
            return Types.output(output.name(), Types.UINT32);
        }
        if (!statistic.keepsWhole() || type instanceof ArrowType.Decimal) {
            boolean own = statistic instanceof Statistic.Mean
                    || statistic instanceof Statistic.Std
                    || statistic instanceof Statistic.Var
                    || statistic instanceof Statistic.Median
                    || statistic instanceof Statistic.Quantile;
            return Types.output(output.name(), own ? Types.floating(type) : Types.FLOAT64);
        }
        return Types.output(output.name(), statistic instanceof Statistic.Sum ? sum(type, of) : whole(type, of));
    }

    private static ArrowType sum(ArrowType type, Field of) {
        if (type instanceof ArrowType.Bool) {
            return Types.UINT32;
        }
        boolean narrow = type instanceof ArrowType.Int number && number.getBitWidth() < 32;
        return narrow ? Types.INT64 : whole(type, of);
    }

    private static ArrowType whole(ArrowType type, Field of) {
        if (type instanceof ArrowType.Int number && number.getBitWidth() == 64 && !number.getIsSigned()) {
            throw Types.invalid("column '" + of.getName() + "' is a " + type
                    + ", of which no sums or extremes are kept; " + "cast it to Int64 or Float64");
        }
        return type;
    }

    /** A column as a statistic reads it, group by group. */
    static Values values(Column column, Statistic statistic, Groups groups, Workers workers) {
        boolean[] valid = groups.arrangedValid(column);
        return statistic.keepsWhole() && column.isWhole() || !column.isNumber()
                ? Values.of(column.isWhole() ? groups.wholes(column, workers) : new long[groups.rowCount()], valid)
                : Values.of(groups.numbers(column, workers), valid);
    }

    /**
     * All tasks over the windows of all groups; the cells lie group by group.
     *
     * @param groups how many windows each group has: one for each of its rows
     */
    static List<Cells> over(Groups groups, List<Task> tasks, Supplier<Framed> frames, Workers workers) {
        var results = new ArrayList<Cells>();
        for (Task task : tasks) {
            int size = groups.rowCount();
            results.add(task.isWhole() ? Cells.wholes(size) : Cells.numbers(size));
        }
        int[] starts = groups.starts();
        groups.forEachRun(workers, (fromGroup, toGroup) -> {
            Framed frame = frames.get();
            Ranges windows = new Ranges();
            List<Kernel> kernels = tasks.stream().map(Task::kernel).toList();
            for (int group = fromGroup; group < toGroup; group++) {
                windows = frame.windows(windows, group);
                for (int i = 0; i < kernels.size(); i++) {
                    kernels.get(i).run(windows, starts[group], results.get(i));
                }
            }
        });
        return results;
    }
}
