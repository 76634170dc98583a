package io.polaroid.schemas.avro;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;

/**
 * Where each part of an Avro record goes in a row: the record as a tree whose leaves are columns, numbered in order.
 *
 * @param root the record itself, never nullable
 * @param columns the leaves, by column number
 */
record AvroLayout(Nest root, List<Leaf> columns) {
    AvroLayout {
        columns = List.copyOf(columns);
    }

    /** A part of the record. */
    sealed interface Node {
        /** Dotted path from the root. */
        String path();

        /** Doc of the Avro field, empty for none. */
        String doc();
    }

    /** A column; {@code branchOfNull} is the union position of null, -1 where the field is not a union with null. */
    record Leaf(String path, String doc, int column, Schema type, Kind kind, Union union, boolean nullable)
            implements Node {}

    /** A nested record; its children are its fields, in order. */
    record Nest(String path, String doc, Schema type, Union union, int firstColumn, List<Node> children)
            implements Node {
        Nest {
            children = List.copyOf(children);
        }
    }

    /**
     * How the field is wrapped in a union.
     *
     * @param nullBranch position of null, -1 for none
     * @param valueBranch position of the value, -1 where the field is not a union
     */
    record Union(int nullBranch, int valueBranch) {
        static final Union NONE = new Union(-1, -1);
    }

    /** What a cell is. */
    sealed interface Kind {
        /** A whole number, of 32 or 64 bits. */
        record Whole(int bits) implements Kind {}

        /** A floating-point number; single precision or double. */
        record Floating(boolean single) implements Kind {}

        /** True or false. */
        record Bool() implements Kind {}

        /** A string. */
        record Text() implements Kind {}

        /** One of the symbols of an enum, as a string. */
        record Symbol(List<String> symbols) implements Kind {}

        /** Bytes, of fixed size where {@code size} is not negative. */
        record Bytes(int size) implements Kind {}

        /** A decimal over bytes, or over fixed where {@code size} is not negative. */
        record Decimal(int precision, int scale, int size) implements Kind {}

        /** A day. */
        record Date() implements Kind {}

        /** An instant, or a local time where {@code utc} is false. */
        record Timestamp(TimeUnit unit, boolean utc) implements Kind {}
    }

    /** The layout of a record schema, or {@code INVALID_CONFIG} naming the field that has no column type. */
    static Result<AvroLayout> of(Schema record) {
        if (record.getType() != Type.RECORD) {
            return Result.err(
                    ProblemCode.INVALID_CONFIG,
                    "an Avro " + record.getType().getName() + " is not a row; the schema must be a record");
        }
        var columns = new ArrayList<Leaf>();
        try {
            return Result.ok(new AvroLayout(new Builder(columns).nest("", "", record, Union.NONE, false), columns));
        } catch (Unmappable e) {
            return Result.err(ProblemCode.INVALID_CONFIG, String.valueOf(e.getMessage()));
        }
    }

    /** The kind of a non-union type; throws {@link Unmappable} for one that is not a cell. */
    static Kind kindOf(Schema type, String path) {
        LogicalType logical = type.getLogicalType();
        return switch (type.getType()) {
            case INT -> logical instanceof LogicalTypes.Date ? new Kind.Date() : new Kind.Whole(32);
            case LONG -> longKind(logical);
            case FLOAT -> new Kind.Floating(true);
            case DOUBLE -> new Kind.Floating(false);
            case BOOLEAN -> new Kind.Bool();
            case STRING -> new Kind.Text();
            case ENUM -> new Kind.Symbol(type.getEnumSymbols());
            case BYTES -> bytesKind(logical, -1, path);
            case FIXED -> bytesKind(logical, type.getFixedSize(), path);
            case NULL, UNION, ARRAY, MAP, RECORD ->
                throw new Unmappable("field " + path + " is an Avro "
                        + type.getType().getName()
                        + ", which is no column type; use a primitive, an enum, a fixed, a record or a union of one of"
                        + " them with null");
        };
    }

    private static Kind longKind(LogicalType logical) {
        return switch (logical) {
            case LogicalTypes.TimestampMillis t -> new Kind.Timestamp(TimeUnit.MILLISECOND, true);
            case LogicalTypes.TimestampMicros t -> new Kind.Timestamp(TimeUnit.MICROSECOND, true);
            case LogicalTypes.TimestampNanos t -> new Kind.Timestamp(TimeUnit.NANOSECOND, true);
            case LogicalTypes.LocalTimestampMillis t -> new Kind.Timestamp(TimeUnit.MILLISECOND, false);
            case LogicalTypes.LocalTimestampMicros t -> new Kind.Timestamp(TimeUnit.MICROSECOND, false);
            case LogicalTypes.LocalTimestampNanos t -> new Kind.Timestamp(TimeUnit.NANOSECOND, false);
            case null, default -> new Kind.Whole(64);
        };
    }

    private static Kind bytesKind(LogicalType logical, int size, String path) {
        if (!(logical instanceof LogicalTypes.Decimal decimal)) {
            return new Kind.Bytes(size);
        }
        if (decimal.getPrecision() > 38) {
            throw new Unmappable("field " + path + " is decimal(" + decimal.getPrecision() + ", " + decimal.getScale()
                    + "); the greatest precision is 38");
        }
        return new Kind.Decimal(decimal.getPrecision(), decimal.getScale(), size);
    }

    /** A schema that has no row; never leaves this package. */
    static final class Unmappable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unmappable(String message) {
            super(message, null, false, false);
        }
    }

    private static final class Builder {
        private final List<Leaf> columns;
        private final Set<String> open = new HashSet<>();

        Builder(List<Leaf> columns) {
            this.columns = columns;
        }

        Nest nest(String path, String doc, Schema record, Union union, boolean nullable) {
            if (!open.add(record.getFullName())) {
                throw new Unmappable("field " + path + " is a record within itself (" + record.getFullName()
                        + "), which has no columns");
            }
            int first = columns.size();
            var children = new ArrayList<Node>();
            for (Schema.Field field : record.getFields()) {
                children.add(node(path.isEmpty() ? field.name() : path + "." + field.name(), field, nullable));
            }
            open.remove(record.getFullName());
            return new Nest(path, doc, record, union, first, children);
        }

        private Node node(String path, Schema.Field field, boolean parentNullable) {
            Schema type = field.schema();
            Union union = Union.NONE;
            if (type.getType() == Type.UNION) {
                union = union(type, path);
                type = type.getTypes().get(union.valueBranch());
            }
            boolean nullable = parentNullable || union.nullBranch() >= 0;
            String doc = field.doc() == null ? "" : field.doc();
            if (type.getType() == Type.RECORD) {
                return nest(path, doc, type, union, nullable);
            }
            var leaf = new Leaf(path, doc, columns.size(), type, kindOf(type, path), union, nullable);
            columns.add(leaf);
            return leaf;
        }

        private static Union union(Schema type, String path) {
            int nullBranch = -1;
            int valueBranch = -1;
            for (int i = 0; i < type.getTypes().size(); i++) {
                if (type.getTypes().get(i).getType() == Type.NULL) {
                    nullBranch = i;
                } else if (valueBranch < 0) {
                    valueBranch = i;
                } else {
                    throw new Unmappable(
                            "field " + path + " is a union of several types; one type and null can be a column");
                }
            }
            if (valueBranch < 0) {
                throw new Unmappable("field " + path + " can only be null, which is no column type");
            }
            return new Union(nullBranch, valueBranch);
        }
    }
}
