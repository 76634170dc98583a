package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Times;
import io.polaroid.timeseries.expr.TimeText;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.TimeUnits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The value some rows earlier in the series.
 *
 * <p><b>Shape</b> row for row; columns of any type keep it. <br><b>Order</b> of the table: sort it by time first. <br><b>Nulls</b> are
 * values like others; rows that have no row before them get {@code fill}. <br><b>Cost</b> O(n). <br><b>Source</b> Polars {@code
 * shift(n, fill_value).over(keys)}.
 *
 * @param n how many rows earlier; negative for later ones
 * @param fill what stands where there is no such row
 * @param over key columns of the series
 * @param targets which columns
 */
public record Lag(int n, FillValue fill, List<String> over, List<Target> targets) implements BatchOperator {
    /** What stands where there is no row. */
    public sealed interface FillValue {
        /** Null. */
        record Null() implements FillValue {}

        /**
         * A value.
         *
         * @param value a Long, Double, Boolean or String that the column's type takes; a time is a String in ISO 8601
         */
        record Constant(Object value) implements FillValue {}
    }

    public Lag {
        over = List.copyOf(over);
        targets = List.copyOf(targets);
    }

    /** Nulls where there is no such row. */
    public static Lag of(int n, List<String> over, List<Target> targets) {
        return new Lag(n, new FillValue.Null(), over, targets);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return PerColumn.title("lag " + n, targets, over);
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        return PerColumn.schema(inputs, over, targets, field -> {
            if (fill instanceof FillValue.Constant constant
                    && cell(field.getType(), constant.value()).isEmpty()) {
                throw Types.invalid("column '" + field.getName() + "' is a " + field.getType()
                        + "; it cannot be filled with " + constant.value());
            }
            return field;
        });
    }

    /** The value as a column of the type holds it; none if it cannot. */
    private static Optional<Object> cell(ArrowType type, Object value) {
        boolean asItIs = switch (value) {
            case Long whole -> type instanceof ArrowType.Int || Types.isTemporal(type) || isFloat(type);
            case Double number -> isFloat(type);
            case Boolean truth -> type instanceof ArrowType.Bool;
            case String text -> type instanceof ArrowType.Utf8;
            default -> false;
        };
        return asItIs ? Optional.of(value) : value instanceof String text ? time(type, text) : Optional.empty();
    }

    private static Optional<Object> time(ArrowType type, String text) {
        return switch (type) {
            case ArrowType.Timestamp time -> units(TimeText.nanos(text), Times.nanosPerUnit(type));
            case ArrowType.Date date -> units(TimeText.nanos(text), Times.nanosPerUnit(type));
            case ArrowType.Time clock -> units(TimeText.nanosOfDay(text), TimeUnits.nanosPer(clock.getUnit()));
            default -> Optional.empty();
        };
    }

    /** What is finer than the unit is refused: the column would not hold what was asked for. */
    private static Optional<Object> units(OptionalLong nanos, long nanosPerUnit) {
        return nanos.isPresent() && nanos.getAsLong() % nanosPerUnit == 0
                ? Optional.of(nanos.getAsLong() / nanosPerUnit)
                : Optional.empty();
    }

    private static boolean isFloat(ArrowType type) {
        return type.equals(Types.FLOAT32) || type.equals(Types.FLOAT64);
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return PerColumn.apply(this, inputs, over, targets, allocator, this::shifted);
    }

    private Computed shifted(Column column, Groups groups) {
        int[] rows = Shift.rows(groups, n);
        if (!(fill instanceof FillValue.Constant constant)) {
            return Computed.rows(column.vector(), rows);
        }
        Object value = cell(column.type(), constant.value()).orElseThrow();
        return (made, field, workers) -> {
            made.gather(column.vector(), rows, field);
            made.replaceLast(vector -> filled(vector, rows, value));
        };
    }

    private static FieldVector filled(FieldVector vector, int[] rows, Object value) {
        if (vector instanceof VarCharVector texts) {
            return text(texts, rows, value.toString().getBytes(StandardCharsets.UTF_8));
        }
        if (vector instanceof BaseFixedWidthVector fixed) {
            Column.Writer writer = Column.writer(vector);
            for (int row = 0; row < rows.length; row++) {
                if (rows[row] == Gather.NULL) {
                    writer.put(row, value);
                }
            }
            return fixed;
        }
        throw new IllegalArgumentException(vector.getField() + " cannot be filled");
    }

    private static FieldVector text(VarCharVector from, int[] rows, byte[] value) {
        var to = new VarCharVector(from.getField(), from.getAllocator());
        try {
            to.allocateNew(rows.length);
            for (int row = 0; row < rows.length; row++) {
                if (rows[row] == Gather.NULL) {
                    to.setSafe(row, value);
                } else if (!from.isNull(row)) {
                    to.setSafe(row, from.get(row));
                }
            }
            to.setValueCount(rows.length);
        } catch (RuntimeException failure) {
            to.close();
            throw failure;
        }
        from.close();
        return to;
    }
}
