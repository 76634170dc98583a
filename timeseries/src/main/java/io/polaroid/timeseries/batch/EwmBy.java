package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Times;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import io.polaroid.timeseries.window.Cells;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Exponentially weighted mean whose weights decay by time: {@code y = a x + (1 - a) y'} with {@code a = 1 - 2^(-dt / halfLife)}, dt since
 * the value before.
 *
 * <p><b>Shape</b> row for row; floats (Float32 stays so). <br><b>Order</b> by time, whatever that of the table; rows of equal time in
 * the order of the table (the later ones change nothing). <br><b>Nulls</b> have null results, in the time column too. NaN sticks.
 * <br><b>Source</b> Polars {@code ewm_mean_by(by, half_life)}.
 *
 * @param by the time column
 * @param halfLife the time after which a weight has halved; positive, without months
 * @param over key columns of the series
 * @param targets which columns
 */
public record EwmBy(String by, Span halfLife, List<String> over, List<Target> targets) implements BatchOperator {
    public EwmBy {
        over = List.copyOf(over);
        targets = List.copyOf(targets);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return PerColumn.title("ewm mean by " + by + ", half-life " + halfLife, targets, over);
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return Types.check(() -> {
                    Field time = Types.time(inputs.getFirst(), by);
                    if (!halfLife.isPositive() || halfLife.months() > 0) {
                        throw Types.invalid("half_life is " + halfLife
                                + "; weights halve after a length of time that is longer than nothing and has"
                                + " no months");
                    }
                    TimeFrame.kind(time, halfLife, Span.ZERO, "half_life");
                    return time;
                })
                .flatMap(time -> PerColumn.schema(inputs, over, targets, field -> {
                    if (!Types.isNumber(field.getType())) {
                        throw Types.invalid(
                                "ewm takes numbers; column '" + field.getName() + "' is a " + field.getType());
                    }
                    return Types.output(field.getName(), Types.floating(field.getType()));
                }));
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        Column time = Column.of(inputs.getFirst().getVector(by));
        return PerColumn.apply(this, inputs, over, targets, allocator, (column, groups) -> {
            long[] times = time.longs();
            Groups timed = Frames.timed(groups, time);
            return weighted(column, timed, timed.arranged(times), time.type());
        });
    }

    private Computed weighted(Column column, Groups groups, long[] times, ArrowType timeType) {
        // In nanoseconds first, as a number: half of it may be finer than the column's unit.
        double half = (double) ZonedSpan.of(halfLife, ZoneOffset.UTC, 1).units() / Times.nanosPerUnit(timeType);
        double[] cells = groups.arranged(column.doubles());
        boolean[] valid = groups.arrangedValid(column);
        Cells out = Cells.numbers(cells.length);
        for (int group = 0; group < groups.count(); group++) {
            boolean started = false;
            double mean = 0;
            long last = 0;
            for (int at = groups.starts()[group]; at < groups.starts()[group + 1]; at++) {
                if (valid.length > 0 && !valid[at]) {
                    continue;
                }
                double old = Math.pow(2, -(times[at] - last) / half);
                mean = started ? (1 - old) * cells[at] + old * mean : cells[at];
                started = true;
                last = times[at];
                out.numbers()[at] = mean;
                out.valid()[at] = true;
            }
        }
        return Computed.restored(out, groups);
    }
}
