package io.polaroid.store.query;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * Names of the series of a store by number. One thread adds; others may read those that they were told of by way of something
 * that was published after.
 */
public final class SeriesNames extends AbstractList<String> implements RandomAccess {
    /** Another array when it is full, so that a reader finds what it was told of in whichever it sees. */
    private volatile String[] names = new String[16];

    private volatile int size;

    @Override
    public boolean add(String name) {
        int count = size;
        String[] room = names;
        if (count == room.length) {
            room = Arrays.copyOf(room, count * 2);
            room[count] = name;
            names = room;
        } else {
            room[count] = name;
        }
        size = count + 1;
        return true;
    }

    /** Only before others read. */
    @Override
    public String set(int index, String name) {
        String before = get(index);
        names[index] = name;
        return before;
    }

    @Override
    public String get(int index) {
        return names[index];
    }

    @Override
    public int size() {
        return size;
    }
}
