package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.Times;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.nio.LongBuffer;
import java.time.ZoneId;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The column that windows are over: timestamps in their own unit, dates in microseconds, or whole numbers as they are.
 *
 * @param column its place
 * @param field its name and type
 * @param zone whose calendar days, weeks and months follow
 * @param nanosPerUnit nanoseconds in one of the units that times are counted in
 */
record TimeAxis(int column, Field field, ZoneId zone, long nanosPerUnit) {
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    /** The axis of a table, or {@code UNKNOWN_COLUMN} or {@code INVALID_ARGUMENT}. */
    static Result<TimeAxis> of(Schema schema, String name) {
        return Named.index(schema, name).flatMap(column -> of(schema.getFields().get(column), column));
    }

    private static Result<TimeAxis> of(Field field, int column) {
        boolean fits = switch (field.getType()) {
            case ArrowType.Timestamp time -> true;
            case ArrowType.Date date -> true;
            case ArrowType.Int index -> index.getIsSigned() && index.getBitWidth() >= 32;
            default -> false;
        };
        if (!fits) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "column '" + field.getName() + "' is a " + field.getType()
                            + "; windows are over timestamps, dates, or whole numbers of 32 or 64 bits");
        }
        long nanos = field.getType() instanceof ArrowType.Date ? 1_000 : Times.nanosPerUnit(field.getType());
        return Times.zone(field).map(zone -> new TimeAxis(column, field, zone, nanos));
    }

    /** The same with the calendar of another zone. */
    TimeAxis in(ZoneId other) {
        return new TimeAxis(column, field, other, nanosPerUnit);
    }

    boolean isIndex() {
        return field.getType() instanceof ArrowType.Int;
    }

    /** A span over this axis, or {@code INVALID_ARGUMENT} if it is of another kind. */
    Result<ZonedSpan> span(Span span, String option) {
        boolean fits = span.isZero() || span.index() == isIndex();
        if (!fits) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    option + " is " + span + ", but column '" + field.getName() + "' holds "
                            + (isIndex()
                                    ? "whole numbers; write it in steps, such as 10i"
                                    : "times; write it as such as 10s"));
        }
        return Result.ok(ZonedSpan.of(span, zone, nanosPerUnit));
    }

    /** A span that this axis' unit can hold; what is finer would be cut off, and windows would not be those that were asked for. */
    private Result<ZonedSpan> held(Span span, String option) {
        return span(span, option)
                .flatMap(zoned -> span.index() || span.nanos() % nanosPerUnit == 0
                        ? Result.ok(zoned)
                        : Result.err(ProblemCode.INVALID_ARGUMENT, tooFine(option, span, field)));
    }

    /** What is said of a span with parts that a column's unit cannot hold. */
    static String tooFine(String option, Span span, Field field) {
        return option + " is " + span + ", which is finer than the times of column '" + field.getName() + "' ("
                + field.getType() + "): give whole steps of its unit, or cast it to a finer one";
    }

    /** A span to move windows by. */
    Result<ZonedSpan> shift(Span span, String option) {
        return held(span, option);
    }

    /** A span that is longer than nothing, also in this axis' unit. */
    Result<ZonedSpan> positive(Span span, String option) {
        return held(span, option).flatMap(zoned -> {
            boolean fits;
            try {
                fits = span.isPositive() && zoned.longest() > 0;
            } catch (ArithmeticException tooLong) {
                fits = false;
            }
            return fits
                    ? Result.ok(zoned)
                    : Result.err(
                            ProblemCode.INVALID_ARGUMENT,
                            option + " is " + span
                                    + "; it must be longer than nothing, and fit in 64 bits of the unit of column '"
                                    + field.getName() + "'");
        });
    }

    /** The times, shared with the column where it holds them as they are; or {@code INVALID_ARGUMENT} if one is null. */
    Result<LongBuffer> view(FieldVector vector) {
        Column times = Column.of(vector);
        if (times.hasNulls()) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "column '" + field.getName() + "' has null times; fill or filter them first");
        }
        return Result.ok(
                field.getType() instanceof ArrowType.Date ? LongBuffer.wrap(scaled(times.longs())) : times.view());
    }

    /** The times, or {@code INVALID_ARGUMENT} if one is null. */
    Result<long[]> read(FieldVector vector) {
        return view(vector).map(TimeAxis::array);
    }

    /** All of a buffer. */
    static long[] array(LongBuffer times) {
        if (times.hasArray() && times.array().length == times.limit()) {
            return times.array();
        }
        long[] cells = new long[times.limit()];
        times.get(0, cells);
        return cells;
    }

    /** The times of some rows. */
    long[] at(FieldVector vector, int[] rows) {
        Column times = Column.of(vector);
        long[] cells = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            cells[i] = times.longAt(rows[i]);
        }
        return scaled(cells);
    }

    private long[] scaled(long[] cells) {
        if (field.getType() instanceof ArrowType.Date date) {
            long factor = date.getUnit() == DateUnit.DAY ? MICROS_PER_DAY : 1_000;
            for (int i = 0; i < cells.length; i++) {
                cells[i] = Math.multiplyExact(cells[i], factor);
            }
        }
        return cells;
    }

    /** The field of a column of this axis' times by another name. */
    Field named(String name) {
        return new Field(name, field.getFieldType(), field.getChildren());
    }

    /** The field of window bounds, which for dates are timestamps. */
    Field bounds(String name) {
        return field.getType() instanceof ArrowType.Date
                ? new Field(
                        name,
                        new org.apache.arrow.vector.types.pojo.FieldType(
                                field.isNullable(), new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), null),
                        null)
                : named(name);
    }

    /** Writes times into a column of this axis' type; of dates the time of day is cut off. */
    void write(Made made, Field as, long[] times) {
        long[] cells = times;
        if (as.getType() instanceof ArrowType.Date date) {
            long factor = date.getUnit() == DateUnit.DAY ? MICROS_PER_DAY : 1_000;
            cells = new long[times.length];
            for (int i = 0; i < times.length; i++) {
                cells[i] = Math.floorDiv(times[i], factor);
            }
        }
        made.longs(as, cells, Validity.all(times.length));
    }

    /** What is said of rows whose times do not ascend. */
    <T> Result<T> unsorted(int row) {
        return Result.err(
                ProblemCode.INVALID_ARGUMENT,
                "column '" + field.getName() + "' does not ascend at row " + row
                        + "; sort by it first (within each key, where there are keys)");
    }
}
