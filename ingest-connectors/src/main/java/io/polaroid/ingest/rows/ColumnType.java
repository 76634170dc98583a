package io.polaroid.ingest.rows;

import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** What a JSON value must be to become a cell of a column. */
sealed interface ColumnType {
    /** A whole number between two bounds. */
    record Whole(long min, long max) implements ColumnType {}

    /** A floating point number; {@code single} for Avro's float. */
    record Floating(boolean single) implements ColumnType {}

    /** A decimal of fixed precision and scale. */
    record Fixed(int precision, int scale) implements ColumnType {}

    /** Text; {@code symbols} is the enum that it must be of, or null. */
    record Text(Schema schema) implements ColumnType {}

    /** True or false. */
    record Truth() implements ColumnType {}

    /** A time, with the decimal digits by which a nanosecond is finer than the column. */
    record Time(int nanosExponent) implements ColumnType {}

    /** The type of an Avro field, without the null of a union; null if messages cannot fill it. */
    static @Nullable ColumnType of(Schema schema) {
        LogicalType logical = schema.getLogicalType();
        return switch (schema.getType()) {
            case INT -> logical == null ? new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE) : null;
            case LONG -> ofLong(logical);
            case FLOAT -> new Floating(true);
            case DOUBLE -> new Floating(false);
            case STRING, ENUM -> new Text(schema);
            case BOOLEAN -> new Truth();
            case BYTES, FIXED ->
                logical instanceof LogicalTypes.Decimal decimal
                        ? new Fixed(decimal.getPrecision(), decimal.getScale())
                        : null;
            case RECORD, ARRAY, MAP, UNION, NULL -> null;
        };
    }

    private static @Nullable ColumnType ofLong(@Nullable LogicalType logical) {
        if (logical == null) {
            return new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        return switch (logical.getName()) {
            case "timestamp-millis" -> new Time(6);
            case "timestamp-micros" -> new Time(3);
            case "timestamp-nanos" -> new Time(0);
            default -> null;
        };
    }

    /** The other branch of a union with null, else the schema itself. */
    static Schema withoutNull(Schema schema) {
        if (!schema.isUnion() || schema.getTypes().size() != 2 || !schema.isNullable()) {
            return schema;
        }
        return schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .findFirst()
                .orElse(schema);
    }
}
