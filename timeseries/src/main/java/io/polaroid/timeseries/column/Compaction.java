package io.polaroid.timeseries.column;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Moves the chosen cells of a column together, straight from memory to memory: of every 64 rows only those that are chosen are touched, and
 * no cell passes through an array. Whoever calls has seen that both buffers are long enough.
 */
final class Compaction {
    private static final int LONG_BITS = 3;
    private static final int INT_BITS = 2;

    private Compaction() {}

    /** Whether cells of such a width can be moved. */
    static boolean moves(int width) {
        return width == Long.BYTES || width == Integer.BYTES;
    }

    /**
     * Moves the chosen cells of rows {@code [firstWord * 64, endWord * 64)}.
     *
     * @param words a bit for each row
     * @param to where the first of them goes
     */
    static void move(long[] words, int firstWord, int endWord, int width, long from, long to) {
        if (width == Long.BYTES) {
            longs(words, firstWord, endWord, from, to);
        } else {
            ints(words, firstWord, endWord, from, to);
        }
    }

    private static void longs(long[] words, int firstWord, int endWord, long from, long to) {
        long target = to;
        int word = firstWord;
        while (word < endWord) {
            long source = from + ((long) word * Long.SIZE << LONG_BITS);
            int full = full(words, word, endWord);
            if (full > 0) {
                long bytes = (long) full * Long.SIZE << LONG_BITS;
                MemoryUtil.copyMemory(source, target, bytes);
                target += bytes;
                word += full;
                continue;
            }
            for (long bits = words[word]; bits != 0; bits &= bits - 1) {
                MemoryUtil.putLong(
                        target, MemoryUtil.getLong(source + ((long) Long.numberOfTrailingZeros(bits) << LONG_BITS)));
                target += Long.BYTES;
            }
            word++;
        }
    }

    private static void ints(long[] words, int firstWord, int endWord, long from, long to) {
        long target = to;
        int word = firstWord;
        while (word < endWord) {
            long source = from + ((long) word * Long.SIZE << INT_BITS);
            int full = full(words, word, endWord);
            if (full > 0) {
                long bytes = (long) full * Long.SIZE << INT_BITS;
                MemoryUtil.copyMemory(source, target, bytes);
                target += bytes;
                word += full;
                continue;
            }
            for (long bits = words[word]; bits != 0; bits &= bits - 1) {
                MemoryUtil.putInt(
                        target, MemoryUtil.getInt(source + ((long) Long.numberOfTrailingZeros(bits) << INT_BITS)));
                target += Integer.BYTES;
            }
            word++;
        }
    }

    /** How many words from here on have all of their rows chosen. */
    private static int full(long[] words, int from, int end) {
        int word = from;
        while (word < end && words[word] == -1L) {
            word++;
        }
        return word - from;
    }

    /**
     * The bits of the chosen rows, moved together.
     *
     * @param words a bit for each row
     * @param target takes them; as long as it must be
     * @return how many of them are set
     */
    static int bits(long[] words, int rows, ArrowBuf from, long[] target) {
        int held = 0;
        int set = 0;
        for (int word = 0; word < words.length; word++) {
            long chosen = words[word];
            if (chosen == 0) {
                continue;
            }
            long kept = Long.compress(word(from, word, rows), chosen);
            set += Long.bitCount(kept);
            int at = held >> 6;
            target[at] |= kept << held;
            int count = Long.bitCount(chosen);
            // What does not fit; a shift by 64 would be one by 0.
            if ((held & 63) + count > Long.SIZE) {
                target[at + 1] = kept >>> -held;
            }
            held += count;
        }
        return set;
    }

    /** Bits {@code [word * 64, word * 64 + 64)} of a buffer that has {@code rows} of them. */
    static long word(ArrowBuf bits, int word, int rows) {
        long at = (long) word * Long.BYTES;
        int bytes = Math.min(Long.BYTES, Validity.bytesOf(rows) - word * Long.BYTES);
        if (bytes == Long.BYTES) {
            return bits.getLong(at);
        }
        long found = 0;
        for (int i = 0; i < bytes; i++) {
            found |= (bits.getByte(at + i) & 0xffL) << (i * Byte.SIZE);
        }
        return found;
    }
}
