package io.polaroid.timeseries.column;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Rows of a table that were chosen, as bits. Columns of 4 or 8 bytes are taken straight to where they belong in the result; others by the
 * numbers of their rows.
 */
public final class Selected {
    /** Rows of a piece. */
    public static final int PIECE = 2_048;

    private static final int PART = 1 << 18;
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
        /**
         * Chooses among rows {@code [from, from + count)}.
         *
         * @param from a multiple of {@link #PIECE}
         * @param bits takes a bit for each of them; those after the last row in its word are 0
         */
        void choose(int from, int count, long[] bits);
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
        long[] bits = new long[PIECE / Long.SIZE];
        int found = 0;
        for (int from = first; from < end; from += PIECE) {
            int count = Math.min(PIECE, end - from);
            choice.choose(from, count, bits);
            int held = Math.ceilDiv(count, Long.SIZE);
            for (int i = 0; i < held; i++) {
                words[(from >> 6) + i] = bits[i];
                found += Long.bitCount(bits[i]);
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
                && Compaction.moves(fixed.getTypeWidth())
                && source.getValueCount() > 0
                && source.getDataBuffer().capacity() >= (long) source.getValueCount() * fixed.getTypeWidth();
    }

    /**
     * The chosen rows of a column.
     *
     * @return a column that the caller closes
     */
    public FieldVector of(FieldVector source, Field as, BufferAllocator allocator, Workers workers) {
        int count = count();
        int width = ((BaseFixedWidthVector) source).getTypeWidth();
        FieldVector target = as.createVector(allocator);
        // Not the vector's own buffers, which it would fill with zeros first.
        try (ArrowBuf valid =
                        allocator.buffer(Math.max(Long.BYTES, Math.ceilDiv(count, Long.SIZE) * (long) Long.BYTES));
                ArrowBuf data = allocator.buffer(Math.max(1, (long) count * width))) {
            int nulls = validity(source, valid);
            long from = source.getDataBuffer().memoryAddress();
            long to = data.memoryAddress();
            data.writerIndex((long) count * width);
            workers.run(starts.length - 1, part -> {
                int firstWord = part * (PART / Long.SIZE);
                int endWord = Math.min(words.length, firstWord + PART / Long.SIZE);
                Compaction.move(words, firstWord, endWord, width, from, to + (long) starts[part] * width);
            });
            target.loadFieldBuffers(new ArrowFieldNode(count, nulls), List.of(valid, data));
            return target;
        } catch (RuntimeException failure) {
            target.close();
            throw failure;
        }
    }

    /** Which of the chosen rows have a value. How many have none. */
    private int validity(FieldVector source, ArrowBuf valid) {
        int count = count();
        if (source.getNullCount() == 0) {
            valid.setOne(0, valid.capacity());
            return 0;
        }
        var kept = Validity.none(count);
        int set = Compaction.bits(words, rows, source.getValidityBuffer(), kept.words());
        kept.write(valid);
        return count - set;
    }
}
