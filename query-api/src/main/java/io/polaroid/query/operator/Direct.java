package io.polaroid.query.operator;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.expr.BinaryOperator;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.Float8Vector;

/**
 * A column of 8 bytes compared with a constant. Chooses straight from the column's memory, eight rows at a time and without branches. For
 * numbers NaN is greater than all.
 */
final class Direct implements Truth {
    private final Truth answers;
    private final Column column;
    private final ArrowBuf data;
    private final boolean floats;
    // Else equality. At most is less than the next one, and the opposites are the other bits.
    private final boolean less;
    private final long flipped;
    private final long whole;
    private final double number;

    private Direct(Truth answers, Column column, BinaryOperator operator, boolean floats, long whole, double number) {
        this.answers = answers;
        this.column = column;
        this.data = column.vector().getDataBuffer();
        this.floats = floats;
        this.less = operator != BinaryOperator.EQUAL && operator != BinaryOperator.NOT_EQUAL;
        this.flipped = switch (operator) {
            case LESS, LESS_OR_EQUAL, EQUAL -> 0;
            default -> -1L;
        };
        this.whole = whole;
        this.number = number;
    }

    /**
     * A column of doubles and a number.
     *
     * @param answers the same comparison, for who wants to know what is unknown
     */
    static Optional<Truth> of(Truth answers, BinaryOperator operator, Column column, double number) {
        boolean none = Double.isNaN(number) || number == Double.POSITIVE_INFINITY;
        return column.vector() instanceof Float8Vector && isLaidOut(column) && !none
                ? Optional.of(
                        new Direct(answers, column, operator, true, 0, isUpTo(operator) ? Math.nextUp(number) : number))
                : Optional.empty();
    }

    /**
     * A column of longs and one of them.
     *
     * @param answers the same comparison, for who wants to know what is unknown
     */
    static Optional<Truth> of(Truth answers, BinaryOperator operator, Column column, long whole) {
        return Cells.isLong(column.type()) && isLaidOut(column) && whole != Long.MAX_VALUE
                ? Optional.of(new Direct(answers, column, operator, false, isUpTo(operator) ? whole + 1 : whole, 0))
                : Optional.empty();
    }

    private static boolean isUpTo(BinaryOperator operator) {
        return operator == BinaryOperator.LESS_OR_EQUAL || operator == BinaryOperator.GREATER;
    }

    private static boolean isLaidOut(Column column) {
        return column.size() > 0 && column.vector().getDataBuffer().capacity() >= (long) column.size() * Long.BYTES;
    }

    @Override
    public void test(int from, int count, byte[] found) {
        answers.test(from, count, found);
    }

    @Override
    public void choose(int from, int count, long[] bits) {
        long at = data.memoryAddress() + (long) from * Long.BYTES;
        int full = count / Long.SIZE;
        if (floats) {
            numbers(at, full, bits);
        } else {
            wholes(at, full, bits);
        }
        int rest = count % Long.SIZE;
        if (rest > 0) {
            bits[full] = rest(at + (long) full * Long.SIZE * Long.BYTES, rest);
        }
        if (column.hasNulls()) {
            column.keepValid(from, count, bits);
        }
    }

    private void numbers(long from, int words, long[] bits) {
        double limit = number;
        long at = from;
        for (int word = 0; word < words; word++) {
            long found = 0;
            for (int i = 0; i < Long.SIZE; i += Long.BYTES) {
                found |= (less ? less(at, limit) : equal(at, limit)) << i;
                at += (long) Long.BYTES * Long.BYTES;
            }
            bits[word] = found ^ flipped;
        }
    }

    private void wholes(long from, int words, long[] bits) {
        long limit = whole;
        long at = from;
        for (int word = 0; word < words; word++) {
            long found = 0;
            for (int i = 0; i < Long.SIZE; i += Long.BYTES) {
                found |= (less ? less(at, limit) : equal(at, limit)) << i;
                at += (long) Long.BYTES * Long.BYTES;
            }
            bits[word] = found ^ flipped;
        }
    }

    /** The rows of a word that is not full. */
    private long rest(long from, int rows) {
        long found = 0;
        for (int i = 0; i < rows; i++) {
            long at = from + (long) i * Long.BYTES;
            boolean is = floats
                    ? less ? number(at) < number : number(at) == number
                    : less ? MemoryUtil.getLong(at) < whole : MemoryUtil.getLong(at) == whole;
            found |= (is ? 1L : 0L) << i;
        }
        return (found ^ flipped) & (1L << rows) - 1;
    }

    private static double number(long at) {
        return Double.longBitsToDouble(MemoryUtil.getLong(at));
    }

    private static long less(long at, double limit) {
        return (number(at) < limit ? 1L : 0L)
                | (number(at + 8) < limit ? 2L : 0L)
                | (number(at + 16) < limit ? 4L : 0L)
                | (number(at + 24) < limit ? 8L : 0L)
                | (number(at + 32) < limit ? 16L : 0L)
                | (number(at + 40) < limit ? 32L : 0L)
                | (number(at + 48) < limit ? 64L : 0L)
                | (number(at + 56) < limit ? 128L : 0L);
    }

    private static long equal(long at, double limit) {
        return (number(at) == limit ? 1L : 0L)
                | (number(at + 8) == limit ? 2L : 0L)
                | (number(at + 16) == limit ? 4L : 0L)
                | (number(at + 24) == limit ? 8L : 0L)
                | (number(at + 32) == limit ? 16L : 0L)
                | (number(at + 40) == limit ? 32L : 0L)
                | (number(at + 48) == limit ? 64L : 0L)
                | (number(at + 56) == limit ? 128L : 0L);
    }

    private static long less(long at, long limit) {
        return (MemoryUtil.getLong(at) < limit ? 1L : 0L)
                | (MemoryUtil.getLong(at + 8) < limit ? 2L : 0L)
                | (MemoryUtil.getLong(at + 16) < limit ? 4L : 0L)
                | (MemoryUtil.getLong(at + 24) < limit ? 8L : 0L)
                | (MemoryUtil.getLong(at + 32) < limit ? 16L : 0L)
                | (MemoryUtil.getLong(at + 40) < limit ? 32L : 0L)
                | (MemoryUtil.getLong(at + 48) < limit ? 64L : 0L)
                | (MemoryUtil.getLong(at + 56) < limit ? 128L : 0L);
    }

    private static long equal(long at, long limit) {
        return (MemoryUtil.getLong(at) == limit ? 1L : 0L)
                | (MemoryUtil.getLong(at + 8) == limit ? 2L : 0L)
                | (MemoryUtil.getLong(at + 16) == limit ? 4L : 0L)
                | (MemoryUtil.getLong(at + 24) == limit ? 8L : 0L)
                | (MemoryUtil.getLong(at + 32) == limit ? 16L : 0L)
                | (MemoryUtil.getLong(at + 40) == limit ? 32L : 0L)
                | (MemoryUtil.getLong(at + 48) == limit ? 64L : 0L)
                | (MemoryUtil.getLong(at + 56) == limit ? 128L : 0L);
    }
}
