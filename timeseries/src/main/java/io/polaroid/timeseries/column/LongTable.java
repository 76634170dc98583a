package io.polaroid.timeseries.column;

import java.util.Arrays;

/**
 * Numbers by long: open addressing, each key beside its number. At most a quarter full while it is small, so that a known key mostly lies
 * where it is looked for first; at most half full when that would take much memory.
 */
final class LongTable {
    static final int ABSENT = -1;
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final int FIRST_BITS = 7;
    private static final int SMALL = 1 << 18;

    private long[] cells = empty(1 << FIRST_BITS);
    private int shift = Long.SIZE - FIRST_BITS;
    private int used;

    /** The number of a key, or {@link #ABSENT}. */
    int get(long key) {
        long[] held = cells;
        int mask = held.length - 1;
        int at = (int) (key * SPREAD >>> shift) << 1;
        while (held[at] != key || held[at + 1] == ABSENT) {
            if (held[at + 1] == ABSENT) {
                return ABSENT;
            }
            at = at + 2 & mask;
        }
        return (int) held[at + 1];
    }

    /** The number of a key, which is {@code next} if it had none. */
    int getOrPut(long key, int next) {
        int known = get(key);
        if (known != ABSENT) {
            return known;
        }
        put(key, next);
        int slots = cells.length / 2;
        if (++used > (slots <= SMALL ? slots / 4 : slots / 2)) {
            grow();
        }
        return next;
    }

    private void put(long key, long number) {
        int mask = cells.length - 1;
        int at = (int) (key * SPREAD >>> shift) << 1;
        while (cells[at + 1] != ABSENT) {
            at = at + 2 & mask;
        }
        cells[at] = key;
        cells[at + 1] = number;
    }

    private void grow() {
        long[] old = cells;
        cells = empty(old.length);
        shift--;
        for (int at = 0; at < old.length; at += 2) {
            if (old[at + 1] != ABSENT) {
                put(old[at], old[at + 1]);
            }
        }
    }

    private static long[] empty(int size) {
        long[] cells = new long[Math.multiplyExact(size, 2)];
        Arrays.fill(cells, ABSENT);
        return cells;
    }
}
