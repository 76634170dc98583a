package io.polaroid.timeseries.column;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthVector;

/**
 * Numbers the distinct values of one key column in order of first appearance. Several columns of one kind may be numbered after each
 * other; equal values get equal numbers. Floats are equal as in a group-by: NaN to NaN, and 0 to -0.
 */
final class Dictionary {
    private static final int NONE = LongTable.ABSENT;
    private static final int SHORT_TEXT = 7;

    private final NullKeys nulls;
    private final LongTable words = new LongTable();
    private final Map<Object, Integer> others = new HashMap<>();
    private int count;
    private int nullCode = NONE;

    Dictionary(NullKeys nulls) {
        this.nulls = nulls;
    }

    int count() {
        return count;
    }

    /**
     * The number of each row's value.
     *
     * @param add whether new values get a number; else theirs is -1
     */
    int[] codes(Column column, boolean add) {
        int[] codes = new int[column.size()];
        if (column.isWhole()) {
            ofLongs(column, column.longs(), codes, add);
        } else if (column.isFloat()) {
            ofDoubles(column, codes, add);
        } else if (column.shape() == Shape.TEXT
                && column.vector() instanceof BaseVariableWidthVector text
                && column.size() > 0) {
            ofTexts(column, text, codes, add);
        } else {
            for (int row = 0; row < codes.length; row++) {
                codes[row] = column.isNull(row) ? ofNull(add) : of(canonical(column, row), add);
            }
        }
        return codes;
    }

    private void ofLongs(Column column, long[] cells, int[] codes, boolean add) {
        boolean hasNulls = column.hasNulls();
        for (int row = 0; row < codes.length; row++) {
            codes[row] = hasNulls && column.isNull(row) ? ofNull(add) : of(cells[row], add);
        }
    }

    private void ofDoubles(Column column, int[] codes, boolean add) {
        for (int row = 0; row < codes.length; row++) {
            if (column.isNull(row)) {
                codes[row] = ofNull(add);
            } else {
                double cell = column.doubleAt(row);
                codes[row] = of(Double.doubleToLongBits(cell == 0 ? 0.0 : cell), add);
            }
        }
    }

    // Texts of up to seven bytes become one long, with their length in its highest byte: symbols are seldom longer.
    private void ofTexts(Column column, BaseVariableWidthVector vector, int[] codes, boolean add) {
        int rows = codes.length;
        int[] offsets = Bulk.ints(vector.getOffsetBuffer(), rows + 1);
        ArrowBuf data = vector.getDataBuffer();
        int readable = (int) Math.min(data.capacity(), Integer.MAX_VALUE);
        ByteBuffer bytes = readable == 0
                ? ByteBuffer.allocate(0)
                : data.nioBuffer(0, readable).order(ByteOrder.LITTLE_ENDIAN);
        boolean hasNulls = column.hasNulls();
        long previous = -1;
        int previousCode = NONE;
        for (int row = 0; row < rows; row++) {
            int at = offsets[row];
            int length = offsets[row + 1] - at;
            if (hasNulls && column.isNull(row)) {
                codes[row] = ofNull(add);
            } else if (length > SHORT_TEXT) {
                codes[row] = of(Bytes.copy(bytes, at, length), add);
            } else {
                long word = word(bytes, at, length, readable);
                if (word != previous) {
                    previous = word;
                    previousCode = of(word, add);
                }
                codes[row] = previousCode;
            }
        }
    }

    private static long word(ByteBuffer bytes, int at, int length, int readable) {
        long mark = (long) length << 56;
        if (at + Long.BYTES <= readable) {
            return bytes.getLong(at) & (1L << 8 * length) - 1 | mark;
        }
        for (int i = 0; i < length; i++) {
            mark |= (bytes.get(at + i) & 0xffL) << 8 * i;
        }
        return mark;
    }

    private static Object canonical(Column column, int row) {
        Object cell = Objects.requireNonNull(column.vector().getObject(row));
        return switch (cell) {
            case byte[] bytes when column.shape() == Shape.TEXT -> packed(bytes);
            case byte[] bytes -> new Bytes(bytes);
            case BigDecimal number -> number.stripTrailingZeros();
            default -> column.shape() == Shape.TEXT ? packed(Bytes.of(cell.toString())) : cell;
        };
    }

    private static Object packed(byte[] text) {
        return text.length > SHORT_TEXT
                ? new Bytes(text)
                : (Object) word(ByteBuffer.wrap(text), 0, text.length, 0);
    }

    private int of(Object value, boolean add) {
        if (value instanceof Long word) {
            return of((long) word, add);
        }
        Integer known = others.get(value);
        if (known == null && add) {
            others.put(value, count);
            return count++;
        }
        return known == null ? NONE : known;
    }

    private int of(long word, boolean add) {
        if (!add) {
            return words.get(word);
        }
        int code = words.getOrPut(word, count);
        if (code == count) {
            count++;
        }
        return code;
    }

    private int ofNull(boolean add) {
        if (nulls == NullKeys.EQUAL && nullCode == NONE && add) {
            nullCode = count++;
        }
        return nullCode;
    }
}
