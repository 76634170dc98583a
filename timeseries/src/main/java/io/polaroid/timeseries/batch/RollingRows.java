package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.window.Cells;
import io.polaroid.timeseries.window.Values;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Adds statistics over a window of each row.
 *
 * <p><b>Shape</b> {@code n×p} → {@code n×(p+q)}, rows in the order of the input. <br><b>Nulls</b> count for nothing; a window with
 * fewer values than {@code minSamples} is null; a null key is a key. <br><b>NaN</b> makes all of its windows NaN, but for median and
 * quantile, where it is the greatest value. <br><b>Cost</b> O(n); median and quantile O(n log n); skew, kurtosis and rank O(n · window).
 * <br><b>Source</b> Polars {@code rolling_mean(window_size, min_samples, center)} and the like, {@code rolling_mean_by(by, window_size,
 * min_samples, closed)} and the like, {@code .over(keys)}; differs in that a sum of whole numbers that does not fit is null.
 *
 * @param frame the window
 * @param over key columns of the series; none if the table is one series
 * @param outputs what is computed
 */
public record RollingRows(Frame frame, List<String> over, List<Output> outputs) implements ParallelOperator {
    public RollingRows {
        over = List.copyOf(over);
        outputs = List.copyOf(outputs);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        var what = outputs.stream()
                .map(output -> output.statistic().title() + "(" + String.join(", ", output.columns()) + ")")
                .toList();
        return "rolling " + String.join(", ", what) + " over " + Frames.title(frame)
                + (over.isEmpty() ? "" : ", per " + over);
    }

    @Override
    public int heapBytesOfRow() {
        return 40 + 20 * outputs.size();
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return Types.check(() -> {
            Schema input = inputs.getFirst();
            Types.columns(input, over);
            Frames.check(input, frame);
            return Types.added(
                    input,
                    outputs.stream().map(output -> Rolled.field(input, output)).toList());
        });
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        VectorSchemaRoot table = inputs.getFirst();
        return schema(List.of(table.getSchema())).map(schema -> {
            var framing = Frames.of(table, frame, over, workers);
            Groups groups = framing.groups();
            List<Rolled.Task> tasks = tasks(table, schema, groups, workers);
            List<Cells> cells = Rolled.over(groups, tasks, framing.windows(), workers);
            var computed = new ArrayList<Computed>();
            for (Cells result : cells) {
                computed.add(Computed.restored(result, groups));
            }
            return Computed.added(
                    table, schema, outputs.stream().map(Output::name).toList(), computed, allocator, workers);
        });
    }

    private List<Rolled.Task> tasks(VectorSchemaRoot table, Schema schema, Groups groups, Workers workers) {
        var tasks = new ArrayList<Rolled.Task>();
        for (Output output : outputs) {
            List<Values> values = output.columns().stream()
                    .map(name -> Rolled.values(Column.of(table.getVector(name)), output.statistic(), groups, workers))
                    .toList();
            tasks.add(new Rolled.Task(
                    output.statistic(),
                    values.getFirst(),
                    values.getLast(),
                    frame.minSamples(),
                    schema.findField(output.name()).getType()));
        }
        return tasks;
    }
}
