package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.Times;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Columns and their types, for checks of operators' options. Inside this package a wrong option is thrown as a {@link
 * PolaroidException}, which {@link #check} turns into a value.
 */
final class Types {
    static final ArrowType FLOAT64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    static final ArrowType FLOAT32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    static final ArrowType INT64 = new ArrowType.Int(64, true);
    static final ArrowType UINT32 = new ArrowType.Int(32, false);

    private Types() {}

    /** What the check gives, or the problem that it throws. */
    static <T> Result<T> check(Supplier<T> check) {
        try {
            return Result.ok(check.get());
        } catch (PolaroidException wrong) {
            return Result.err(wrong.problem());
        }
    }

    static PolaroidException invalid(String detail) {
        return new PolaroidException(Problem.of(ProblemCode.INVALID_ARGUMENT, detail));
    }

    static Field column(Schema schema, String name) {
        return schema.getFields().get(Named.index(schema, name).orThrow());
    }

    static List<Field> columns(Schema schema, List<String> names) {
        return names.stream().map(name -> column(schema, name)).toList();
    }

    /** A column by which rows are ordered. */
    static Field time(Schema schema, String name) {
        Field field = column(schema, name);
        boolean unsigned64 =
                field.getType() instanceof ArrowType.Int whole && whole.getBitWidth() == 64 && !whole.getIsSigned();
        if (!Times.isTime(field.getType()) || unsigned64) {
            throw invalid("column '" + name + "' is a " + field.getType()
                    + "; expected a time, a date, or a whole number of up to 64 bits with a sign");
        }
        return field;
    }

    /** A column of numbers. */
    static Field number(Schema schema, String name, String what) {
        Field field = column(schema, name);
        if (!isNumber(field.getType())) {
            throw invalid(what + " takes numbers; column '" + name + "' is a " + field.getType());
        }
        return field;
    }

    static boolean isNumber(ArrowType type) {
        return type instanceof ArrowType.Int
                || type instanceof ArrowType.FloatingPoint number
                        && number.getPrecision() != FloatingPointPrecision.HALF
                || type instanceof ArrowType.Decimal
                || type instanceof ArrowType.Bool;
    }

    static boolean isTemporal(ArrowType type) {
        return type instanceof ArrowType.Timestamp
                || type instanceof ArrowType.Date
                || type instanceof ArrowType.Time
                || type instanceof ArrowType.Duration;
    }

    /** Floats of a column's own precision: what means and deviations of it are. */
    static ArrowType floating(ArrowType type) {
        return type.equals(FLOAT32) ? FLOAT32 : FLOAT64;
    }

    /** The input's columns with others in place of those of the same name, and the rest behind. */
    static Schema added(Schema input, List<Field> outputs) {
        var names = new LinkedHashSet<String>();
        for (Field output : outputs) {
            if (!names.add(output.getName())) {
                throw invalid("two results are named '" + output.getName() + "'");
            }
        }
        var fields = new ArrayList<Field>();
        for (Field field : input.getFields()) {
            fields.add(outputs.stream()
                    .filter(output -> output.getName().equals(field.getName()))
                    .findFirst()
                    .orElse(field));
            names.remove(field.getName());
        }
        for (Field output : outputs) {
            if (names.contains(output.getName())) {
                fields.add(output);
            }
        }
        return new Schema(fields, input.getCustomMetadata());
    }

    /** A column of a type under a name, nullable. */
    static Field output(String name, ArrowType type) {
        return Field.nullable(name, type);
    }

    /** A column under another name, nullable. */
    static Field output(String name, Field like) {
        return Gather.renamed(Gather.nullable(like), name);
    }

    /** Least value of a whole type. */
    static long least(ArrowType type) {
        return type instanceof ArrowType.Int whole
                ? !whole.getIsSigned()
                        ? 0
                        : whole.getBitWidth() == 64 ? Long.MIN_VALUE : -(1L << whole.getBitWidth() - 1)
                : Long.MIN_VALUE;
    }

    /** Greatest value of a whole type. */
    static long greatest(ArrowType type) {
        if (type instanceof ArrowType.Int whole && whole.getBitWidth() < 64) {
            return (1L << whole.getBitWidth() - (whole.getIsSigned() ? 1 : 0)) - 1;
        }
        return Long.MAX_VALUE;
    }
}
