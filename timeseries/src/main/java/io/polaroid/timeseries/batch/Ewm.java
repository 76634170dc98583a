package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.window.Cells;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Exponentially weighted mean, standard deviation or variance of all rows of the series so far.
 *
 * <p><b>Shape</b> row for row; floats (Float32 stays so). <br><b>Order</b> of the table. <br><b>Nulls</b> have null results; they age the
 * weights unless {@code ignoreNulls}. NaN sticks. <br><b>Source</b> Polars {@code ewm_mean}, {@code ewm_std}, {@code ewm_var}.
 *
 * @param kind what is computed
 * @param decay how fast weights decay
 * @param adjust whether weights are divided by their sum, instead of following the recursion {@code (1 - alpha) y + alpha x}
 * @param bias whether the variance is left as it is, instead of corrected for the loss of degrees of freedom
 * @param minSamples rows with fewer values so far are null
 * @param ignoreNulls whether weights go by values instead of rows
 * @param over key columns of the series
 * @param targets which columns
 */
public record Ewm(
        Kind kind,
        Decay decay,
        boolean adjust,
        boolean bias,
        int minSamples,
        boolean ignoreNulls,
        List<String> over,
        List<Target> targets)
        implements BatchOperator {
    /** What is computed. */
    public enum Kind {
        MEAN,
        STD,
        VAR
    }

    public Ewm {
        over = List.copyOf(over);
        targets = List.copyOf(targets);
    }

    /** Polars' defaults: adjusted, unbiased, from the first value on, with nulls that age weights. */
    public static Ewm of(Kind kind, Decay decay, List<String> over, List<Target> targets) {
        return new Ewm(kind, decay, true, false, 1, false, over, targets);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return PerColumn.title("ewm " + kind.name().toLowerCase(Locale.ROOT) + " " + decay, targets, over);
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return PerColumn.schema(inputs, over, targets, field -> {
            if (!Types.isNumber(field.getType())) {
                throw Types.invalid("ewm takes numbers; column '" + field.getName() + "' is a " + field.getType());
            }
            return Types.output(field.getName(), Types.floating(field.getType()));
        });
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return PerColumn.apply(this, inputs, over, targets, allocator, this::weighted);
    }

    private Computed weighted(Column column, Groups groups) {
        double[] cells = groups.arranged(column.doubles());
        boolean[] valid = groups.arrangedValid(column);
        Cells out = Cells.numbers(cells.length);
        for (int group = 0; group < groups.count(); group++) {
            var state = new EwmState(this);
            for (int at = groups.starts()[group]; at < groups.starts()[group + 1]; at++) {
                boolean has = valid.length == 0 || valid[at];
                state.take(has, cells[at]);
                if (has && state.hasResult()) {
                    out.numbers()[at] = state.result();
                    out.valid()[at] = true;
                }
            }
        }
        return Computed.restored(out, groups);
    }
}
