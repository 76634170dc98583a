package io.polaroid.timeseries.expr;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The type of an expression.
 *
 * @param kind what operators may do with it
 * @param arrow how its values are kept
 */
record Type(Kind kind, ArrowType arrow) {
    static final Type INT = new Type(Kind.INT, new ArrowType.Int(64, true));
    static final Type FLOAT = new Type(Kind.FLOAT, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
    static final Type BOOL = new Type(Kind.BOOL, ArrowType.Bool.INSTANCE);
    static final Type TEXT = new Type(Kind.TEXT, ArrowType.Utf8.INSTANCE);
    static final Type NANOS = new Type(Kind.TIME, new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"));
    static final Type NULL = new Type(Kind.NULL, ArrowType.Null.INSTANCE);

    enum Kind {
        INT("a whole number"),
        FLOAT("a number"),
        BOOL("a boolean"),
        TEXT("text"),
        TIME("a time"),
        DATE("a date"),
        SPAN("a duration"),
        CLOCK("a time of day"),
        BINARY("bytes"),
        NULL("null");

        private final String shown;

        Kind(String shown) {
            this.shown = shown;
        }

        String shown() {
            return shown;
        }
    }

    /** The type in which expressions see cells of an Arrow type; decimals, narrow and unsigned numbers are widened. */
    static Type of(ArrowType type, String column, Place at) {
        return switch (type) {
            case ArrowType.Int whole when isUnsigned64(whole) -> FLOAT;
            case ArrowType.Int whole -> INT;
            case ArrowType.FloatingPoint number -> FLOAT;
            case ArrowType.Decimal number -> FLOAT;
            case ArrowType.Bool truth -> BOOL;
            case ArrowType.Utf8 text -> TEXT;
            case ArrowType.LargeUtf8 text -> TEXT;
            case ArrowType.Utf8View text -> TEXT;
            case ArrowType.Timestamp time -> new Type(Kind.TIME, time);
            case ArrowType.Date date -> new Type(Kind.DATE, date);
            case ArrowType.Duration span -> new Type(Kind.SPAN, span);
            case ArrowType.Time clock -> new Type(Kind.CLOCK, clock);
            case ArrowType.Binary bytes -> new Type(Kind.BINARY, bytes);
            case ArrowType.LargeBinary bytes -> new Type(Kind.BINARY, bytes);
            case ArrowType.FixedSizeBinary bytes -> new Type(Kind.BINARY, bytes);
            case ArrowType.Null none -> NULL;
            default ->
                throw Rejected.at(
                        at,
                        "column '" + column + "' is a " + type
                                + ", which expressions do not read; leave it out, or select other columns");
        };
    }

    /** Whether values may not fit in a long. */
    static boolean isUnsigned64(ArrowType type) {
        return type instanceof ArrowType.Int whole && whole.getBitWidth() == 64 && !whole.getIsSigned();
    }

    boolean isNumber() {
        return kind == Kind.INT || kind == Kind.FLOAT;
    }

    boolean isNull() {
        return kind == Kind.NULL;
    }

    String shown() {
        return kind.shown();
    }
}
