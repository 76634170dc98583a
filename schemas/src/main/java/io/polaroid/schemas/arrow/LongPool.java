package io.polaroid.schemas.arrow;

import java.util.Arrays;

/** Small numbers for long ones, in the order in which they were first seen; as many as fit. */
final class LongPool {
    /** What numbers beyond get. */
    static final int NONE = -1;

    private static final int MOST = 1 << 20;

    private long[] keys = new long[64];
    private int[] codes = new int[64];
    private int size;

    LongPool() {
        Arrays.fill(codes, NONE);
    }

    int code(long key) {
        int slot = slot(key);
        if (codes[slot] != NONE) {
            return codes[slot];
        }
        if (size == MOST) {
            return NONE;
        }
        if (2 * (size + 1) > keys.length) {
            grow();
            slot = slot(key);
        }
        keys[slot] = key;
        codes[slot] = size;
        return size++;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCodes = codes;
        keys = new long[oldKeys.length * 2];
        codes = new int[keys.length];
        Arrays.fill(codes, NONE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldCodes[i] != NONE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                codes[slot] = oldCodes[i];
            }
        }
    }

    private int slot(long key) {
        int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 32) & keys.length - 1;
        while (codes[slot] != NONE && keys[slot] != key) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }
}
