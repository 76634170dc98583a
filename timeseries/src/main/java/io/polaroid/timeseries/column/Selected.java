package io.polaroid.timeseries.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Rows of a table that were chosen, as bits. Columns of 8 bytes without nulls are taken piece by piece through arrays that stay in the nearest
 * cache, straight to where they belong in the result; others by the numbers of their rows.
 */
public final class Selected {
    /** Rows of a piece. */
    public static final int PIECE = 2_048;

    private static final int PART = 1 << 18;
    // Of 64 rows: from here on, to write all and to go on only after those that are chosen is faster than to find
    // these.
    private static final int FEW = 12;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
    // Moves the lowest bits of eight bytes into the highest byte.
    private static final long TOGETHER = 0x0102_0408_1020_4080L;

    private final int rows;
    private final long[] words;
    private final int[] starts;

    private Selected(int rows, long[] words, int[] starts) {
        this.rows = rows;
        this.words = words;
        this.starts = starts;
    }

    /** Chooses among rows; used by one thread. */
    @FunctionalInterface
    public interface Choice {
        /** Answers for rows {@code [from, from + count)} into the first {@code count} places: odd for those that are chosen. */
        void test(int from, int count, byte[] answers);
    }

    /** Makes choices, one for each part. */
    @FunctionalInterface
    public interface Choices {
        /** A choice of its own. */
        Choice make();
    }

    /** The rows that are chosen. */
    public static Selected of(int rows, Choices choices, Workers workers) {
        int parts = Math.ceilDiv(rows, PART);
        long[] words = new long[Math.ceilDiv(rows, Long.SIZE)];
        int[] starts = new int[parts + 1];
        workers.run(parts, part -> {
            int end = Math.min(rows, (part + 1) * PART);
            starts[part + 1] = choose(choices.make(), part * PART, end, words);
        });
        for (int part = 0; part < parts; part++) {
            starts[part + 1] += starts[part];
        }
        return new Selected(rows, words, starts);
    }

    private static int choose(Choice choice, int first, int end, long[] words) {
        byte[] answers = new byte[PIECE];
        int found = 0;
        for (int from = first; from < end; from += PIECE) {
            int count = Math.min(PIECE, end - from);
            choice.test(from, count, answers);
            java.util.Arrays.fill(answers, count, PIECE, (byte) 0);
            int word = from >> 6;
            for (int at = 0; at < count; at += Long.SIZE) {
                long bits = 0;
                for (int i = 0; i < Long.SIZE; i += Long.BYTES) {
                    long eight = (long) LONG.get(answers, at + i) & LOWEST_BITS;
                    bits |= (eight * TOGETHER >>> 56) << i;
                }
                words[word++] = bits;
                found += Long.bitCount(bits);
            }
        }
        return found;
    }

    /** How many rows were chosen. */
    public int count() {
        return starts[starts.length - 1];
    }

    /** The numbers of the chosen rows, ascending. */
    public int[] rows() {
        int[] numbers = new int[count()];
        int held = 0;
        for (int word = 0; word < words.length; word++) {
            for (long bits = words[word]; bits != 0; bits &= bits - 1) {
                numbers[held++] = (word << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
        return numbers;
    }

    /** Whether {@link #of} takes a column; the others are gathered by {@link #rows}. */
    public static boolean takes(FieldVector source) {
        return source instanceof BaseFixedWidthVector fixed
                && fixed.getTypeWidth() == Long.BYTES
                && source.getValueCount() > 0
                && source.getNullCount() == 0
                && (long) source.getValueCount() * Long.BYTES <= Integer.MAX_VALUE;
    }

    /**
     * The chosen rows of a column.
     *
     * @return a column that the caller closes
     */
    public FieldVector of(FieldVector source, Field as, BufferAllocator allocator, Workers workers) {
        int count = count();
        FieldVector target = as.createVector(allocator);
        // Not the vector's own buffers, which it would fill with zeros first.
        try (ArrowBuf valid = allocator.buffer(Math.ceilDiv(count, Long.SIZE) * (long) Long.BYTES);
                ArrowBuf data = allocator.buffer(Math.max(1, (long) count * Long.BYTES))) {
            Validity.all(count).write(valid);
            var from = Bulk.view(source.getDataBuffer(), 0, rows, Long.BYTES);
            var to = Bulk.view(data, 0, count, Long.BYTES);
            workers.run(
                    starts.length - 1,
                    part -> take(
                            part,
                            from.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer(),
                            to.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer()));
            target.loadFieldBuffers(new ArrowFieldNode(count, 0), List.of(valid, data));
            return target;
        } catch (RuntimeException failure) {
            target.close();
            throw failure;
        }
    }

    private void take(int part, LongBuffer from, LongBuffer to) {
        long[] piece = new long[PIECE];
        long[] kept = new long[PIECE + 1];
        int at = starts[part];
        int end = Math.min(rows, (part + 1) * PART);
        for (int first = part * PART; first < end; first += PIECE) {
            int count = Math.min(PIECE, end - first);
            from.get(first, piece, 0, count);
            int held = 0;
            for (int i = 0; i < count; i += Long.SIZE) {
                long bits = words[first + i >> 6];
                int chosen = Long.bitCount(bits);
                if (chosen == Long.SIZE) {
                    System.arraycopy(piece, i, kept, held, Long.SIZE);
                } else if (chosen > FEW) {
                    all(piece, i, bits, kept, held);
                } else {
                    single(piece, i, bits, kept, held);
                }
                held += chosen;
            }
            to.put(at, kept, 0, held);
            at += held;
        }
    }

    // Without a branch that depends on what is chosen.
    private static void all(long[] piece, int from, long bits, long[] kept, int first) {
        int held = first;
        for (int i = 0; i < Long.SIZE; i++) {
            kept[held] = piece[from + i];
            held += (int) (bits >>> i) & 1;
        }
    }

    private static void single(long[] piece, int from, long chosen, long[] kept, int first) {
        int held = first;
        for (long bits = chosen; bits != 0; bits &= bits - 1) {
            kept[held++] = piece[from + Long.numberOfTrailingZeros(bits)];
        }
    }
}
