package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.window.Cells;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * By which part a value is more than the one some rows earlier in the series: {@code (x - x[-n]) / x[-n]}.
 *
 * <p><b>Shape</b> row for row; floats (Float32 stays so). <br><b>Order</b> of the table. <br><b>Nulls</b> give null; a change from 0 is
 * infinite or NaN. <br><b>Source</b> Polars {@code pct_change(n).over(keys)}; pandas fills nulls forward first in old versions.
 *
 * @param n how many rows earlier; negative for later ones
 * @param over key columns of the series
 * @param targets which columns
 */
public record PctChange(int n, List<String> over, List<Target> targets) implements BatchOperator {
    public PctChange {
        over = List.copyOf(over);
        targets = List.copyOf(targets);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return PerColumn.title("percent change " + n, targets, over);
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return PerColumn.schema(inputs, over, targets, field -> {
            if (!Types.isNumber(field.getType())) {
                throw Types.invalid(
                        "pct_change takes numbers; column '" + field.getName() + "' is a " + field.getType());
            }
            return Types.output(field.getName(), Types.floating(field.getType()));
        });
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return PerColumn.apply(
                this,
                inputs,
                over,
                targets,
                allocator,
                (column, groups) -> of(column, groups, n, (now, before) -> (now - before) / before));
    }

    /** How a value changed. */
    @FunctionalInterface
    interface Change {
        double of(double now, double before);
    }

    static Computed of(Column column, Groups groups, int n, Change change) {
        int[] before = Shift.rows(groups, n);
        Validity had = column.validity();
        Validity valid = Validity.none(before.length);
        double[] cells = column.doubles();
        double[] changes = new double[before.length];
        for (int row = 0; row < before.length; row++) {
            if (before[row] != Gather.NULL && had.get(row) && had.get(before[row])) {
                changes[row] = change.of(cells[row], cells[before[row]]);
                valid.set(row);
            }
        }
        return Computed.of(new Cells(changes, new long[0], new boolean[0]), valid);
    }
}
