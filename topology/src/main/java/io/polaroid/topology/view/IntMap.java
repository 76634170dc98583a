package io.polaroid.topology.view;

import java.util.Arrays;

/** From whole numbers that are not negative to such numbers; open addressing. */
final class IntMap {
    static final int NONE = -1;

    private int[] keys = empty(16);
    private int[] values = new int[16];
    private int size;

    private static int[] empty(int capacity) {
        int[] keys = new int[capacity];
        Arrays.fill(keys, NONE);
        return keys;
    }

    int get(int key) {
        int slot = slot(key);
        return keys[slot] == NONE ? NONE : values[slot];
    }

    void put(int key, int value) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        int slot = slot(key);
        size += keys[slot] == NONE ? 1 : 0;
        keys[slot] = key;
        values[slot] = value;
    }

    private void grow() {
        int[] oldKeys = keys;
        int[] oldValues = values;
        keys = empty(oldKeys.length * 2);
        values = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != NONE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private int slot(int key) {
        int slot = key * 0x9E3779B1 >>> 8 & keys.length - 1;
        while (keys[slot] != NONE && keys[slot] != key) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }
}
