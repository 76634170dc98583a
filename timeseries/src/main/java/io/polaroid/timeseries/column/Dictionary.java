package io.polaroid.timeseries.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
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
    private static final int FEWEST_ROWS = 1 << 16;
    private static final int PIECE = 2_048;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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
                codes[row] = column.isNull(row) ? ofNull(add) : of(canonical(column, row), add);
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

    // Texts of up to seven bytes become one long, with their length in its highest byte: symbols are seldom longer.
    // They are read
    // through arrays that stay in the nearest cache.
    private void ofTexts(Column column, BaseVariableWidthVector vector, int[] codes, int from, int to, boolean add) {
        ArrowBuf data = vector.getDataBuffer();
        int readable = (int) Math.min(data.capacity(), Integer.MAX_VALUE);
        ByteBuffer bytes = readable == 0
                ? ByteBuffer.allocate(0)
                : data.nioBuffer(0, readable).order(ByteOrder.LITTLE_ENDIAN);
        int[] offsets = new int[PIECE + 1];
        byte[] piece = new byte[PIECE * Long.BYTES + Long.BYTES];
        boolean hasNulls = column.hasNulls();
        for (int first = from; first < to; first += PIECE) {
            int count = Math.min(PIECE, to - first);
            Bulk.view(vector.getOffsetBuffer(), first, count + 1, Integer.BYTES)
                    .asIntBuffer()
                    .get(offsets, 0, count + 1);
            int length = offsets[count] - offsets[0];
            if (length <= PIECE * Long.BYTES && !hasNulls) {
                bytes.get(offsets[0], piece, 0, length);
                ofPiece(bytes, piece, offsets, count, codes, first, add);
            } else {
                for (int i = 0; i < count; i++) {
                    codes[first + i] = hasNulls && column.isNull(first + i)
                            ? ofNull(add)
                            : ofText(bytes, offsets[i], offsets[i + 1] - offsets[i], readable, add);
                }
            }
        }
    }

    private int ofText(ByteBuffer bytes, int at, int length, int readable, boolean add) {
        return length > SHORT_TEXT
                ? of(Bytes.copy(bytes, at, length), add)
                : of(word(bytes, at, length, readable), add);
    }

    private void ofPiece(
            ByteBuffer bytes, byte[] piece, int[] offsets, int count, int[] codes, int first, boolean add) {
        int base = offsets[0];
        for (int i = 0; i < count; i++) {
            int at = offsets[i];
            int length = offsets[i + 1] - at;
            codes[first + i] = length > SHORT_TEXT
                    ? of(Bytes.copy(bytes, at, length), add)
                    : of((long) LONG.get(piece, at - base) & (1L << 8 * length) - 1 | (long) length << 56, add);
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
        return text.length > SHORT_TEXT ? new Bytes(text) : (Object) word(ByteBuffer.wrap(text), 0, text.length, 0);
    }

    private int of(Object value, boolean add) {
        if (value instanceof Long word) {
            return of((long) word, add);
        }
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
