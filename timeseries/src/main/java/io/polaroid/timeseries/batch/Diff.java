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
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a value is more than the one some rows earlier in the series.
 *
 * <p><b>Shape</b> row for row. Numbers keep their type, but unsigned ones become signed of twice the width (up to 64 bits); times become
 * durations, of dates in microseconds. <br><b>Order</b> of the table. <br><b>Nulls</b> null less anything, or with no row before it,
 * is null; so is a difference that does not fit. <br><b>Source</b> Polars {@code diff(n).over(keys)}.
 *
 * @param n how many rows earlier; negative for later ones
 * @param over key columns of the series
 * @param targets which columns
 */
public record Diff(int n, List<String> over, List<Target> targets) implements BatchOperator {
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    public Diff {
        over = List.copyOf(over);
        targets = List.copyOf(targets);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return PerColumn.title("diff " + n, targets, over);
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return PerColumn.schema(inputs, over, targets, field -> Types.output(field.getName(), type(field)));
    }

    private static ArrowType type(Field field) {
        return switch (field.getType()) {
            case ArrowType.Int whole ->
                whole.getIsSigned() ? whole : new ArrowType.Int(Math.min(64, 2 * whole.getBitWidth()), true);
            case ArrowType.FloatingPoint number -> Types.floating(number);
            case ArrowType.Duration span -> span;
            case ArrowType.Timestamp time -> new ArrowType.Duration(time.getUnit());
            case ArrowType.Time time -> new ArrowType.Duration(time.getUnit());
            case ArrowType.Date date ->
                new ArrowType.Duration(date.getUnit() == DateUnit.DAY ? TimeUnit.MICROSECOND : TimeUnit.MILLISECOND);
            case ArrowType.Decimal number -> Types.FLOAT64;
            default ->
                throw Types.invalid(
                        "diff takes numbers and times; column '" + field.getName() + "' is a " + field.getType());
        };
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return PerColumn.apply(this, inputs, over, targets, allocator, this::differences);
    }

    private Computed differences(Column column, Groups groups) {
        int[] before = Shift.rows(groups, n);
        Validity had = column.validity();
        Validity valid = Validity.none(before.length);
        ArrowType type = type(column.field());
        if (type instanceof ArrowType.FloatingPoint) {
            double[] cells = column.doubles();
            double[] differences = new double[before.length];
            for (int row = 0; row < before.length; row++) {
                if (before[row] != Gather.NULL && had.get(row) && had.get(before[row])) {
                    differences[row] = cells[row] - cells[before[row]];
                    valid.set(row);
                }
            }
            return Computed.of(new Cells(differences, new long[0], new boolean[0]), valid);
        }
        long factor =
                column.type() instanceof ArrowType.Date date && date.getUnit() == DateUnit.DAY ? MICROS_PER_DAY : 1;
        long[] cells = column.longs();
        long[] differences = new long[before.length];
        for (int row = 0; row < before.length; row++) {
            if (before[row] != Gather.NULL && had.get(row) && had.get(before[row])) {
                long a = cells[row];
                long b = cells[before[row]];
                long difference = a - b;
                boolean overflow = column.isUnsigned64()
                        ? Long.compareUnsigned(a, b) < 0 != difference < 0
                        : ((a ^ b) & (a ^ difference)) < 0;
                if (!overflow && difference >= Types.least(type) && difference <= Types.greatest(type)) {
                    differences[row] = difference * factor;
                    valid.set(row);
                }
            }
        }
        return Computed.of(new Cells(new double[0], differences, new boolean[0]), valid);
    }
}
