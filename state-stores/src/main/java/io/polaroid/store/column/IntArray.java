package io.polaroid.store.column;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** A growing array of ints. */
public final class IntArray {
    private int[] values = new int[8];
    private int size;

    /** How many. */
    public int size() {
        return size;
    }

    /** The value at {@code index}. */
    public int get(int index) {
        return values[index];
    }

    /** Adds a value behind the others. */
    public void add(int value) {
        insert(size, value);
    }

    /** Puts a value at {@code index} and moves those behind it. */
    public void insert(int index, int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + Math.max(8, size / 2));
        }
        System.arraycopy(values, index, values, index + 1, size - index);
        values[index] = value;
        size++;
    }

    /** Sets the value at {@code index}. */
    public void set(int index, int value) {
        values[index] = value;
    }

    /** Removes the last value and gives it. */
    public int removeLast() {
        return values[--size];
    }

    /** How many values there is room for, which is what it takes of the heap. */
    public int capacity() {
        return values.length;
    }

    /** Replaces each value {@code v} by {@code moved(v)}, without those that become negative. */
    public void renumber(IntUnaryOperator moved) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            int value = moved.applyAsInt(values[i]);
            if (value >= 0) {
                values[kept++] = value;
            }
        }
        size = kept;
    }

    /** Puts the values in order. */
    public void sort() {
        Arrays.sort(values, 0, size);
    }

    /** Removes all. */
    public void clear() {
        size = 0;
    }

    /** Takes each value in order. */
    public void forEach(IntConsumer action) {
        for (int i = 0; i < size; i++) {
            action.accept(values[i]);
        }
    }
}
