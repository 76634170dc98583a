package io.polaroid.timeseries.column;

import java.math.BigDecimal;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Reads an Arrow column of any type, without boxing where its cells are numbers. The vector is borrowed, and is not changed while a
 * Column reads it.
 *
 * <p>What is whole (integers of any width, times, dates, durations in their own unit, truths as 0 and 1) reads as long; these and floats
 * and decimals read as double. Cells of null rows are undefined.
 */
public final class Column {
    /** No bytes: what a column of nulls has, which has no allocator to ask for some. */
    public static final ArrowBuf EMPTY = new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0);

    private final FieldVector vector;
    private final Shape shape;
    private final int size;
    private final boolean hasNulls;
    private final ArrowBuf data;
    private final ArrowBuf bits;

    private Column(FieldVector vector) {
        this.vector = vector;
        this.shape = Shape.of(vector.getField().getType());
        this.size = vector.getValueCount();
        this.hasNulls = size > 0 && (shape == Shape.NULL || vector.getNullCount() > 0);
        boolean flat = shape.isWhole() || shape == Shape.F32 || shape == Shape.F64;
        this.data = flat ? vector.getDataBuffer() : EMPTY;
        this.bits = shape == Shape.NULL || shape == Shape.OTHER ? EMPTY : vector.getValidityBuffer();
    }

    /** Reads this vector. */
    public static Column of(FieldVector vector) {
        return new Column(vector);
    }

    /** What is read. */
    public FieldVector vector() {
        return vector;
    }

    /** Its name and type. */
    public Field field() {
        return vector.getField();
    }

    /** Its type. */
    public ArrowType type() {
        return vector.getField().getType();
    }

    /** How many rows it has. */
    public int size() {
        return size;
    }

    /** Whether any row has no value. */
    public boolean hasNulls() {
        return hasNulls;
    }

    /** Whether {@link #longAt} and {@link #longs} read it. */
    public boolean isWhole() {
        return shape.isWhole();
    }

    /** Whether {@link #doubleAt} and {@link #doubles} read it. */
    public boolean isNumber() {
        return shape.isNumber();
    }

    /** Whether its values are floats. */
    public boolean isFloat() {
        return shape == Shape.F32 || shape == Shape.F64;
    }

    /** Whether {@link #longAt} reads numbers of 64 bits without a sign: those from 2^63 on are negative there. */
    public boolean isUnsigned64() {
        return shape == Shape.U64;
    }

    /** Whether a row has no value. */
    public boolean isNull(int row) {
        if (!hasNulls) {
            return false;
        }
        return switch (shape) {
            case NULL -> true;
            case OTHER -> vector.isNull(row);
            default -> BitVectorHelper.get(bits, row) == 0;
        };
    }

    /**
     * Clears the bits of rows that have no value.
     *
     * @param from a multiple of 64
     * @param words a bit for each of {@code count} rows from there on
     */
    public void keepValid(int from, int count, long[] words) {
        boolean read = hasNulls && shape != Shape.NULL && shape != Shape.OTHER;
        for (int at = 0; read && at < count; at += Long.SIZE) {
            words[at >> 6] &= Compaction.word(bits, from + at >> 6, size);
        }
        for (int i = 0; hasNulls && !read && i < count; i++) {
            if (isNull(from + i)) {
                words[i >> 6] &= ~(1L << i);
            }
        }
    }

    /** A copy of which rows have values. */
    public Validity validity() {
        if (!hasNulls) {
            return Validity.all(size);
        }
        if (shape == Shape.NULL) {
            return Validity.none(size);
        }
        if (shape != Shape.OTHER) {
            return Validity.read(bits, size);
        }
        Validity valid = Validity.none(size);
        for (int row = 0; row < size; row++) {
            valid.put(row, !vector.isNull(row));
        }
        return valid;
    }

    /** The cell of a column that {@link #isWhole}. */
    public long longAt(int row) {
        return switch (shape) {
            case I8 -> data.getByte(row);
            case U8 -> data.getByte(row) & 0xffL;
            case I16 -> data.getShort(row * 2L);
            case U16 -> data.getShort(row * 2L) & 0xffffL;
            case I32 -> data.getInt(row * 4L);
            case U32 -> data.getInt(row * 4L) & 0xffff_ffffL;
            case I64, U64 -> data.getLong(row * 8L);
            case BIT -> BitVectorHelper.get(data, row);
            default -> throw new IllegalStateException(field() + " is not whole");
        };
    }

    /** The cell of a column that {@link #isNumber}. */
    public double doubleAt(int row) {
        return switch (shape) {
            case F64 -> data.getDouble(row * 8L);
            case F32 -> data.getFloat(row * 4L);
            case U64 -> unsigned(longAt(row));
            case DECIMAL -> vector.getObject(row) instanceof BigDecimal number ? number.doubleValue() : Double.NaN;
            case NULL -> Double.NaN;
            default -> longAt(row);
        };
    }

    /** All cells of a column that {@link #isWhole}; 0 where null. */
    public long[] longs() {
        long[] cells = switch (shape) {
            case I64, U64 -> size == 0 ? new long[0] : Bulk.longs(data, size);
            case I32 -> widened(size == 0 ? new int[0] : Bulk.ints(data, size));
            default -> oneByOne();
        };
        if (hasNulls) {
            for (int row = 0; row < size; row++) {
                cells[row] = isNull(row) ? 0 : cells[row];
            }
        }
        return cells;
    }

    /** All cells of a column that {@link #isWhole}, 0 where null: shared with it where it has 64 bits and no nulls, else a copy. */
    public LongBuffer view() {
        boolean shared = (shape == Shape.I64 || shape == Shape.U64)
                && !hasNulls
                && size > 0
                && (long) size * Long.BYTES <= Integer.MAX_VALUE;
        return shared ? Bulk.view(data, 0, size, Long.BYTES).asLongBuffer() : LongBuffer.wrap(longs());
    }

    /** All cells of a column that {@link #isNumber}, NaN where null: shared with it where they are doubles without nulls, else a copy. */
    public DoubleBuffer numbers() {
        boolean shared = shape == Shape.F64 && !hasNulls && size > 0 && (long) size * Double.BYTES <= Integer.MAX_VALUE;
        return shared ? Bulk.view(data, 0, size, Double.BYTES).asDoubleBuffer() : DoubleBuffer.wrap(doubles());
    }

    /** All cells of a column that {@link #isNumber}; NaN where null. */
    public double[] doubles() {
        double[] cells;
        if (shape == Shape.F64) {
            cells = size == 0 ? new double[0] : Bulk.doubles(data, size);
        } else {
            cells = new double[size];
            boolean direct = shape == Shape.I64 || shape == Shape.I32;
            long[] whole = direct ? longs() : new long[0];
            for (int row = 0; row < size; row++) {
                cells[row] = direct ? whole[row] : isNull(row) ? Double.NaN : doubleAt(row);
            }
        }
        if (hasNulls) {
            for (int row = 0; row < size; row++) {
                cells[row] = isNull(row) ? Double.NaN : cells[row];
            }
        }
        return cells;
    }

    /** The cell, boxed as {@link io.polaroid.timeseries.row.Row#valueAt} boxes it; values of other types as Arrow gives them. */
    public @Nullable Object valueAt(int row) {
        if (isNull(row)) {
            return null;
        }
        return switch (shape) {
            case I8, U8, I16, U16, I32, U32, I64, U64 -> longAt(row);
            case F32, F64 -> doubleAt(row);
            case BIT -> longAt(row) != 0;
            case TEXT -> text(vector.getObject(row));
            default -> vector.getObject(row);
        };
    }

    /** Writes single cells of a vector of fixed width that is allocated; the vector is the caller's. */
    @FunctionalInterface
    public interface Writer {
        /** Writes a Long, Double or Boolean that the vector's type takes. */
        void put(int row, Object value);
    }

    /** Writes cells of this vector. */
    public static Writer writer(FieldVector vector) {
        Shape shape = Shape.of(vector.getField().getType());
        ArrowBuf cells = vector.getDataBuffer();
        ArrowBuf validity = vector.getValidityBuffer();
        return (row, value) -> {
            BitVectorHelper.setBit(validity, row);
            switch (value) {
                case Boolean truth -> BitVectorHelper.setValidityBit(cells, row, truth ? 1 : 0);
                case Number number when shape == Shape.F32 -> cells.setFloat(row * 4L, number.floatValue());
                case Number number when shape == Shape.F64 -> cells.setDouble(row * 8L, number.doubleValue());
                case Number number -> put(cells, row, shape.width(), number.longValue());
                default -> throw new IllegalArgumentException(value + " is no number or truth");
            }
        };
    }

    private static void put(ArrowBuf cells, int row, int width, long value) {
        switch (width) {
            case 1 -> cells.setByte(row, (byte) value);
            case 2 -> cells.setShort(row * 2L, (short) value);
            case 4 -> cells.setInt(row * 4L, (int) value);
            default -> cells.setLong(row * 8L, value);
        }
    }

    Shape shape() {
        return shape;
    }

    ArrowBuf data() {
        return data;
    }

    private static String text(Object cell) {
        return cell instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : cell.toString();
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    private long[] oneByOne() {
        long[] cells = new long[size];
        for (int row = 0; row < size; row++) {
            cells[row] = isNull(row) ? 0 : longAt(row);
        }
        return cells;
    }

    private static long[] widened(int[] narrow) {
        long[] wide = new long[narrow.length];
        for (int row = 0; row < wide.length; row++) {
            wide[row] = narrow[row];
        }
        return wide;
    }
}
