package io.polaroid.timeseries.column;

import java.util.Arrays;

/** Numbers by long: open addressing, at most half full. */
final class LongTable {
    static final int ABSENT = -1;
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private long[] keys = new long[64];
    private int[] values = filled(64);
    private int shift = 64 - 6;
    private int used;

    /** The number of a key, or {@link #ABSENT}. */
    int get(long key) {
        int mask = keys.length - 1;
        int slot = (int) (key * SPREAD >>> shift);
        while (values[slot] != ABSENT && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return values[slot];
    }

    /** The number of a key, which is {@code next} if it had none. */
    int getOrPut(long key, int next) {
        int mask = keys.length - 1;
        int slot = (int) (key * SPREAD >>> shift);
        while (values[slot] != ABSENT) {
            if (keys[slot] == key) {
                return values[slot];
            }
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        values[slot] = next;
        if (++used > keys.length / 2) {
            grow();
        }
        return next;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = filled(oldKeys.length * 2);
        shift--;
        int mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != ABSENT) {
                int slot = (int) (oldKeys[i] * SPREAD >>> shift);
                while (values[slot] != ABSENT) {
                    slot = slot + 1 & mask;
                }
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static int[] filled(int size) {
        int[] empty = new int[size];
        Arrays.fill(empty, ABSENT);
        return empty;
    }
}
