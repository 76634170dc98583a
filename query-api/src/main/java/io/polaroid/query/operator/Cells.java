package io.polaroid.query.operator;

import io.polaroid.timeseries.column.Column;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Pieces of numeric columns, and numbers written in expressions, as arrays. What is read stays valid until the next piece. */
final class Cells {
    private Cells() {}

    /** Whole numbers. */
    @FunctionalInterface
    interface Longs {
        long[] read(int from, int count);
    }

    /** Numbers. */
    @FunctionalInterface
    interface Doubles {
        double[] read(int from, int count);
    }

    /** Whether a column can be read by {@link #longs} or {@link #doubles} at all. */
    static boolean reads(Column column) {
        return column.isWhole() || column.isFloat();
    }

    /** Whether a column is so laid out that pieces of it are copied in one go. */
    private static boolean inOneGo(Column column, int width) {
        return column.size() > 0 && (long) column.size() * width <= Integer.MAX_VALUE;
    }

    static Longs longs(long constant) {
        long[] cells = new long[Selection.PIECE];
        Arrays.fill(cells, constant);
        return (from, count) -> cells;
    }

    static Doubles doubles(double constant) {
        double[] cells = new double[Selection.PIECE];
        Arrays.fill(cells, constant);
        return (from, count) -> cells;
    }

    static Longs longs(Column column) {
        long[] cells = new long[Selection.PIECE];
        if (isLong(column.type()) && inOneGo(column, Long.BYTES)) {
            var buffer = bytes(column.vector().getDataBuffer(), column.size() * Long.BYTES)
                    .asLongBuffer();
            return (from, count) -> {
                buffer.get(from, cells, 0, count);
                return cells;
            };
        }
        return (from, count) -> {
            for (int i = 0; i < count; i++) {
                cells[i] = column.longAt(from + i);
            }
            return cells;
        };
    }

    static Doubles doubles(Column column) {
        double[] cells = new double[Selection.PIECE];
        if (column.vector() instanceof Float8Vector vector && inOneGo(column, Double.BYTES)) {
            var buffer =
                    bytes(vector.getDataBuffer(), column.size() * Double.BYTES).asDoubleBuffer();
            return (from, count) -> {
                buffer.get(from, cells, 0, count);
                return cells;
            };
        }
        return (from, count) -> {
            for (int i = 0; i < count; i++) {
                cells[i] = column.doubleAt(from + i);
            }
            return cells;
        };
    }

    /** Whether cells of such a type are signed longs, or taken as such. */
    static boolean isLong(ArrowType type) {
        return switch (type) {
            case ArrowType.Int whole -> whole.getBitWidth() == Long.SIZE;
            case ArrowType.Timestamp time -> true;
            case ArrowType.Duration span -> true;
            default -> false;
        };
    }

    private static java.nio.ByteBuffer bytes(ArrowBuf buffer, int length) {
        return buffer.nioBuffer(0, length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
