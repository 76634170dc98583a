package io.polaroid.schemas.stream;

/** A hash map from non-negative longs to times, open addressing. */
final class LongTimes {
    private static final long FREE = -1;

    private long[] keys = new long[0];
    private long[] times = new long[0];
    private int size;

    boolean contains(long key, long horizon) {
        if (size == 0) {
            return false;
        }
        int slot = slot(key);
        return keys[slot] == key && times[slot] >= horizon;
    }

    void put(long key, long time) {
        if (2 * (size + 1) > keys.length) {
            rehash(Math.max(16, keys.length * 2), Long.MIN_VALUE);
        }
        int slot = slot(key);
        if (keys[slot] == FREE) {
            keys[slot] = key;
            size++;
        }
        times[slot] = time;
    }

    void expire(long horizon) {
        int live = 0;
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != FREE && times[i] >= horizon) {
                live++;
            }
        }
        if (live < size) {
            rehash(Math.max(16, Integer.highestOneBit(live + 1) * 4), horizon);
        }
    }

    private void rehash(int capacity, long horizon) {
        long[] oldKeys = keys;
        long[] oldTimes = times;
        keys = new long[capacity];
        java.util.Arrays.fill(keys, FREE);
        times = new long[capacity];
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE && oldTimes[i] >= horizon) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                times[slot] = oldTimes[i];
                size++;
            }
        }
    }

    private int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & keys.length - 1;
        while (keys[slot] != FREE && keys[slot] != key) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }
}
