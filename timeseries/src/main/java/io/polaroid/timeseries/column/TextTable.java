package io.polaroid.timeseries.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers by text of one byte or more: open addressing, at most a quarter full while it is small, else half. Texts are hashed, compared
 * and kept as words of eight bytes; what the last one has beyond the text is 0.
 */
final class TextTable {
    /** So many bytes behind a text must be there, whatever they are. */
    static final int PADDING = Long.BYTES;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final int EMPTY = 0;
    private static final int FIRST_BITS = 8;
    private static final int SMALL = 1 << 18;

    /** Places of texts. */
    private int[] slots = new int[1 << FIRST_BITS];

    private int shift = Long.SIZE - FIRST_BITS;

    /** At a text's place its number (upper half) and its length in bytes (lower half), then its words. Nothing is at place 0. */
    private long[] texts = new long[1 << 8];

    private int used;
    private int filled = 1;

    /** The number of a text, or {@link LongTable#ABSENT}. */
    int get(byte[] bytes, int at, int length) {
        int place = slots[slot(bytes, at, length)];
        return place == EMPTY ? LongTable.ABSENT : (int) (texts[place] >>> 32);
    }

    /** The number of a text, which is {@code next} if it had none. */
    int getOrPut(byte[] bytes, int at, int length, int next) {
        int slot = slot(bytes, at, length);
        if (slots[slot] != EMPTY) {
            return (int) (texts[slots[slot]] >>> 32);
        }
        slots[slot] = filled;
        keep(bytes, at, length, next);
        if (++used > (slots.length <= SMALL ? slots.length / 4 : slots.length / 2)) {
            grow();
        }
        return next;
    }

    private void keep(byte[] bytes, int at, int length, int number) {
        int words = words(length);
        int end = Math.addExact(filled, 1 + words);
        if (end > texts.length) {
            texts = Arrays.copyOf(texts, (int) Math.max(end, Math.min(Integer.MAX_VALUE - 8L, 2L * texts.length)));
        }
        texts[filled] = (long) number << 32 | length;
        for (int word = 0; word < words; word++) {
            texts[filled + 1 + word] = word(bytes, at, length, word);
        }
        filled = end;
    }

    /** Where a text is, or would be. */
    private int slot(byte[] bytes, int at, int length) {
        int[] held = slots;
        int mask = held.length - 1;
        int slot = (int) (hash(bytes, at, length) >>> shift);
        while (held[slot] != EMPTY && !isAt(held[slot], bytes, at, length)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    // The first two words, which most names do not exceed, without a loop: it would cost more than they do.
    private boolean isAt(int place, byte[] bytes, int at, int length) {
        long[] kept = texts;
        return (int) kept[place] == length
                && kept[place + 1] == word(bytes, at, length, 0)
                && (length <= Long.BYTES
                        || kept[place + 2] == word(bytes, at, length, 1)
                                && (length <= 2 * Long.BYTES || isRestAt(place, bytes, at, length)));
    }

    private boolean isRestAt(int place, byte[] bytes, int at, int length) {
        for (int word = 2; word * Long.BYTES < length; word++) {
            if (texts[place + 1 + word] != word(bytes, at, length, word)) {
                return false;
            }
        }
        return true;
    }

    private static long hash(byte[] bytes, int at, int length) {
        long hash = mixed(length, word(bytes, at, length, 0));
        if (length > Long.BYTES) {
            hash = mixed(hash, word(bytes, at, length, 1));
        }
        return (length > 2 * Long.BYTES ? hashOfRest(hash, bytes, at, length) : hash) * SPREAD;
    }

    private static long hashOfRest(long start, byte[] bytes, int at, int length) {
        long hash = start;
        for (int word = 2; word * Long.BYTES < length; word++) {
            hash = mixed(hash, word(bytes, at, length, word));
        }
        return hash;
    }

    private static long mixed(long hash, long word) {
        long mixed = (hash ^ word) * SPREAD;
        return mixed ^ mixed >>> 32;
    }

    private static long word(byte[] bytes, int at, int length, int word) {
        long cells = (long) WORD.get(bytes, at + Long.BYTES * word);
        int left = length - Long.BYTES * word;
        return left < Long.BYTES ? cells & (1L << 8 * left) - 1 : cells;
    }

    private static int words(int length) {
        return Math.ceilDiv(length, Long.BYTES);
    }

    private void grow() {
        int[] more = new int[Math.multiplyExact(slots.length, 2)];
        shift--;
        for (int place = 1; place < filled; place += 1 + words((int) texts[place])) {
            long hash = (int) texts[place];
            for (int word = 0; word < words((int) texts[place]); word++) {
                hash = mixed(hash, texts[place + 1 + word]);
            }
            int slot = (int) (hash * SPREAD >>> shift);
            while (more[slot] != EMPTY) {
                slot = slot + 1 & more.length - 1;
            }
            more[slot] = place;
        }
        slots = more;
    }
}
