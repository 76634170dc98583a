package io.polaroid.timeseries.column;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** How the cells of a column lie in memory, and so how they are read. */
enum Shape {
    I8(1),
    U8(1),
    I16(2),
    U16(2),
    I32(4),
    U32(4),
    I64(8),
    U64(8),
    F32(4),
    F64(8),
    BIT(0),
    TEXT(0),
    BYTES(0),
    DECIMAL(0),
    NULL(0),
    OTHER(0);

    private final int width;

    Shape(int width) {
        this.width = width;
    }

    /** Bytes of a cell; 0 where cells are not whole numbers of bytes, or not read as numbers. */
    int width() {
        return width;
    }

    /** Whether cells are read as longs. */
    boolean isWhole() {
        return ordinal() <= U64.ordinal() || this == BIT;
    }

    /** Whether cells are read as doubles. */
    boolean isNumber() {
        return isWhole() || this == F32 || this == F64 || this == DECIMAL || this == NULL;
    }

    static Shape of(ArrowType type) {
        return switch (type) {
            case ArrowType.Int whole -> whole(whole.getBitWidth(), whole.getIsSigned());
            case ArrowType.Timestamp time -> I64;
            case ArrowType.Duration span -> I64;
            case ArrowType.Date date ->
                date.getUnit() == org.apache.arrow.vector.types.DateUnit.DAY ? I32 : I64;
            case ArrowType.Time time ->
                time.getUnit() == TimeUnit.SECOND || time.getUnit() == TimeUnit.MILLISECOND ? I32 : I64;
            case ArrowType.FloatingPoint number ->
                number.getPrecision() == FloatingPointPrecision.DOUBLE
                        ? F64
                        : number.getPrecision() == FloatingPointPrecision.SINGLE ? F32 : OTHER;
            case ArrowType.Bool truth -> BIT;
            case ArrowType.Utf8 text -> TEXT;
            case ArrowType.LargeUtf8 text -> TEXT;
            case ArrowType.Utf8View text -> TEXT;
            case ArrowType.Binary bytes -> BYTES;
            case ArrowType.LargeBinary bytes -> BYTES;
            case ArrowType.BinaryView bytes -> BYTES;
            case ArrowType.FixedSizeBinary bytes -> BYTES;
            case ArrowType.Decimal number -> DECIMAL;
            case ArrowType.Null none -> NULL;
            default -> OTHER;
        };
    }

    private static Shape whole(int bits, boolean signed) {
        return switch (bits) {
            case 8 -> signed ? I8 : U8;
            case 16 -> signed ? I16 : U16;
            case 32 -> signed ? I32 : U32;
            default -> signed ? I64 : U64;
        };
    }
}
