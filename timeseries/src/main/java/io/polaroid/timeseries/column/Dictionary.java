package io.polaroid.timeseries.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.BaseVariableWidthVector;

/**
 * Numbers the distinct values of one key column in order of first appearance. Several columns of one kind may be numbered after each
 * other; equal values get equal numbers. Floats are equal as in a group-by: NaN to NaN, and 0 to -0.
 */
final class Dictionary {
    private static final int NONE = LongTable.ABSENT;
    private static final int SHORT_TEXT = 7;
    private static final int FEWEST_ROWS = 1 << 16;
    private static final int PIECE = 2_048;
    private static final int PIECE_BYTES = 16 * PIECE;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final NullKeys nulls;
    private final LongTable words = new LongTable();
    private final TextTable texts = new TextTable();
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
    int[] codes(Column column, boolean add, Workers workers) {
        int[] codes = new int[column.size()];
        Reader reader = reader(column, codes);
        int parts = Math.max(1, Math.min(workers.parallelism(), codes.length / FEWEST_ROWS));
        int known = parts == 1 && add ? codes.length : add ? Math.min(codes.length, FEWEST_ROWS) : 0;
        reader.read(0, known, true);
        // The first rows of a table have nearly all keys: the others only look them up, and what is still unknown is
        // added in order.
        int rest = codes.length - known;
        int[] unknown = new int[parts];
        workers.run(parts, part -> {
            int from = known + (int) ((long) rest * part / parts);
            int to = known + (int) ((long) rest * (part + 1) / parts);
            reader.read(from, to, false);
            unknown[part] = firstUnknown(codes, from, to);
        });
        if (add) {
            int first = Arrays.stream(unknown).filter(row -> row >= 0).min().orElse(codes.length);
            for (int row = first; row < codes.length; row++) {
                if (codes[row] == NONE && (nulls == NullKeys.EQUAL || !column.isNull(row))) {
                    reader.read(row, row + 1, true);
                }
            }
        }
        return codes;
    }

    private static int firstUnknown(int[] codes, int from, int to) {
        for (int row = from; row < to; row++) {
            if (codes[row] == NONE) {
                return row;
            }
        }
        return -1;
    }

    /** Numbers the rows {@code [from, to)}. */
    @FunctionalInterface
    private interface Reader {
        void read(int from, int to, boolean add);
    }

    private Reader reader(Column column, int[] codes) {
        if (column.isWhole()) {
            long[] cells = column.longs();
            return (from, to, add) -> ofLongs(column, cells, codes, from, to, add);
        }
        if (column.isFloat()) {
            return (from, to, add) -> ofDoubles(column, codes, from, to, add);
        }
        if (column.shape() == Shape.TEXT
                && column.vector() instanceof BaseVariableWidthVector text
                && column.size() > 0) {
            return (from, to, add) -> ofTexts(column, text, codes, from, to, add);
        }
        return (from, to, add) -> {
            for (int row = from; row < to; row++) {
                codes[row] = column.isNull(row) ? ofNull(add) : ofCell(column, row, add);
            }
        };
    }

    private void ofLongs(Column column, long[] cells, int[] codes, int from, int to, boolean add) {
        boolean hasNulls = column.hasNulls();
        for (int row = from; row < to; row++) {
            codes[row] = hasNulls && column.isNull(row) ? ofNull(add) : of(cells[row], add);
        }
    }

    private void ofDoubles(Column column, int[] codes, int from, int to, boolean add) {
        for (int row = from; row < to; row++) {
            if (column.isNull(row)) {
                codes[row] = ofNull(add);
            } else {
                double cell = column.doubleAt(row);
                codes[row] = of(Double.doubleToLongBits(cell == 0 ? 0.0 : cell), add);
            }
        }
    }

    // Texts of up to seven bytes become one long, with their length in its highest byte. All are read through an array
    // that
    // stays in a near cache.
    private void ofTexts(Column column, BaseVariableWidthVector vector, int[] codes, int from, int to, boolean add) {
        int[] offsets = new int[Math.min(PIECE, to - from) + 1];
        byte[] piece = {};
        int count;
        for (int first = from; first < to; first += count) {
            count = Math.min(PIECE, to - first);
            Bulk.view(vector.getOffsetBuffer(), first, count + 1, Integer.BYTES)
                    .asIntBuffer()
                    .get(offsets, 0, count + 1);
            while (count > 1 && offsets[count] - offsets[0] > PIECE_BYTES) {
                count /= 2;
            }
            int length = offsets[count] - offsets[0];
            if (piece.length < length + TextTable.PADDING) {
                piece = new byte[length + length / 4 + TextTable.PADDING];
            }
            vector.getDataBuffer().getBytes(offsets[0], piece, 0, length);
            ofPiece(column, piece, offsets, count, codes, first, add);
        }
    }

    private void ofPiece(Column column, byte[] bytes, int[] offsets, int count, int[] codes, int first, boolean add) {
        boolean hasNulls = column.hasNulls();
        for (int i = 0; i < count; i++) {
            codes[first + i] = hasNulls && column.isNull(first + i)
                    ? ofNull(add)
                    : ofText(bytes, offsets[i] - offsets[0], offsets[i + 1] - offsets[i], add);
        }
    }

    private int ofText(byte[] padded, int at, int length, boolean add) {
        if (length <= SHORT_TEXT) {
            return of((long) LONG.get(padded, at) & (1L << 8 * length) - 1 | (long) length << 56, add);
        }
        if (!add) {
            return texts.get(padded, at, length);
        }
        int code = texts.getOrPut(padded, at, length, count);
        if (code == count) {
            next();
        }
        return code;
    }

    private int ofText(byte[] text, boolean add) {
        return ofText(Arrays.copyOf(text, text.length + TextTable.PADDING), 0, text.length, add);
    }

    private int ofCell(Column column, int row, boolean add) {
        Object cell = Objects.requireNonNull(column.vector().getObject(row));
        return switch (cell) {
            case byte[] bytes when column.shape() == Shape.TEXT -> ofText(bytes, add);
            case byte[] bytes -> of(new Bytes(bytes), add);
            case BigDecimal number -> of(number.stripTrailingZeros(), add);
            case Long word -> of((long) word, add);
            default -> column.shape() == Shape.TEXT ? ofText(Bytes.of(cell.toString()), add) : of(cell, add);
        };
    }

    private int of(Object value, boolean add) {
        Integer known = others.get(value);
        if (known == null && add) {
            int next = next();
            others.put(value, next);
            return next;
        }
        return known == null ? NONE : known;
    }

    private int of(long word, boolean add) {
        if (!add) {
            return words.get(word);
        }
        int code = words.getOrPut(word, count);
        if (code == count) {
            next();
        }
        return code;
    }

    private int ofNull(boolean add) {
        if (nulls == NullKeys.EQUAL && nullCode == NONE && add) {
            nullCode = next();
        }
        return nullCode;
    }

    private int next() {
        KeyLimit.check(count + 1);
        return count++;
    }
}
