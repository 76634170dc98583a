package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.window.Cells;
import io.polaroid.timeseries.window.Ranges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Applies a function to the values in a window of each row.
 *
 * <p><b>Shape</b> row for row; Float64. <br><b>Nulls</b> are left out of what the function gets; a window with fewer values than
 * {@code minSamples}, or with none, is null without asking it. <br><b>Cost</b> O(n · window) and the function. <br><b>Source</b> Polars
 * {@code rolling_map(function, window_size, min_samples, center)}; differs in that the function gets no nulls.
 *
 * @param frame the window
 * @param function what is applied; from several threads if the workers have several
 * @param over key columns of the series
 * @param targets which columns
 */
public record RollingApply(Frame frame, WindowFunction function, List<String> over, List<Target> targets)
        implements ParallelOperator {
    public RollingApply {
        over = List.copyOf(over);
        targets = List.copyOf(targets);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return PerColumn.title("a function over " + Frames.title(frame), targets, over);
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return Types.check(() -> {
                    Frames.check(inputs.getFirst(), frame);
                    return frame;
                })
                .flatMap(checked -> PerColumn.schema(inputs, over, targets, field -> {
                    if (!Types.isNumber(field.getType())) {
                        throw Types.invalid("rolling functions take numbers; column '" + field.getName() + "' is a "
                                + field.getType());
                    }
                    return Types.output(field.getName(), Types.FLOAT64);
                }));
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        VectorSchemaRoot table = inputs.getFirst();
        return schema(List.of(table.getSchema()))
                .flatMap(schema -> Types.check(() -> {
                    var framing = Frames.of(table, frame, over, workers);
                    Groups groups = framing.groups();
                    Supplier<Rolled.Framed> frames = framing.windows();
                    var computed = new ArrayList<Computed>();
                    for (Target target : targets) {
                        Column column = Column.of(table.getVector(target.column()));
                        computed.add(Computed.restored(applied(column, groups, frames, workers), groups));
                    }
                    return Computed.added(
                            table, schema, targets.stream().map(Target::name).toList(), computed, allocator);
                }));
    }

    private Cells applied(Column column, Groups groups, Supplier<Rolled.Framed> frames, Workers workers) {
        double[] cells = groups.numbers(column, workers);
        boolean[] valid = groups.arrangedValid(column);
        Cells out = Cells.numbers(cells.length);
        groups.forEachRun(workers, (fromGroup, toGroup) -> {
            Rolled.Framed framed = frames.get();
            Ranges windows = new Ranges();
            for (int group = fromGroup; group < toGroup; group++) {
                windows = framed.windows(windows, group);
                for (int i = 0; i < windows.count(); i++) {
                    double[] values = values(cells, valid, windows.from()[i], windows.to()[i]);
                    if (values.length > 0 && values.length >= frame.minSamples()) {
                        int cell = groups.starts()[group] + i;
                        out.numbers()[cell] = function.apply(values);
                        out.valid()[cell] = true;
                    }
                }
            }
        });
        return out;
    }

    private static double[] values(double[] cells, boolean[] valid, int from, int to) {
        double[] values = Arrays.copyOfRange(cells, from, to);
        if (valid.length == 0) {
            return values;
        }
        int held = 0;
        for (int at = from; at < to; at++) {
            if (valid[at]) {
                values[held++] = cells[at];
            }
        }
        return Arrays.copyOf(values, held);
    }
}
