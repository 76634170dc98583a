package io.polaroid.store.column;

import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** How a column keeps its cells in memory. */
enum CellKind {
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FLOAT32(4),
    FLOAT64(8),
    BOOL(1),
    DECIMAL128(16),
    DECIMAL256(32),
    TEXT(0),
    BYTES(0);

    /** Bytes of a cell in the chunk, 0 where cells have no fixed width. */
    final int width;

    CellKind(int width) {
        this.width = width;
    }

    boolean isVariable() {
        return width == 0;
    }

    /**
     * The kind for a field.
     *
     * @throws IllegalArgumentException for a type that rows cannot have
     */
    static CellKind of(Field field) {
        return switch (field.getType()) {
            case ArrowType.Int type when type.getIsSigned() -> ofWidth(type.getBitWidth());
            case ArrowType.Timestamp type -> INT64;
            case ArrowType.Date type -> type.getUnit() == DateUnit.DAY ? INT32 : INT64;
            case ArrowType.Time type -> ofWidth(type.getBitWidth());
            case ArrowType.FloatingPoint type when type.getPrecision() == FloatingPointPrecision.DOUBLE -> FLOAT64;
            case ArrowType.FloatingPoint type when type.getPrecision() == FloatingPointPrecision.SINGLE -> FLOAT32;
            case ArrowType.Bool type -> BOOL;
            case ArrowType.Decimal type -> type.getBitWidth() == 128 ? DECIMAL128 : DECIMAL256;
            case ArrowType.Utf8 type -> TEXT;
            case ArrowType.Binary type -> BYTES;
            default ->
                throw new IllegalArgumentException("column " + field.getName() + " has type " + field.getType()
                        + "; a store keeps signed Int, Timestamp, Date, Time, Float, Bool, Decimal, Utf8 and Binary");
        };
    }

    private static CellKind ofWidth(int bits) {
        return switch (bits) {
            case 8 -> INT8;
            case 16 -> INT16;
            case 32 -> INT32;
            default -> INT64;
        };
    }
}
