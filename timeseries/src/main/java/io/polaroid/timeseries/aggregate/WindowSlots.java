package io.polaroid.timeseries.aggregate;

import java.util.Arrays;

/** The running state of a window: slots, and where quantiles are asked for the values in order. */
final class WindowSlots implements Slots {
    private final double[] doubles;
    private final long[] longs;
    private final Ordered[] ordered;

    /** Values in ascending order, NaN last. */
    static final class Ordered {
        private double[] sorted = new double[16];
        private int size;

        void clear() {
            size = 0;
        }

        void add(double number) {
            if (size == sorted.length) {
                sorted = Arrays.copyOf(sorted, size * 2);
            }
            int place = place(number);
            System.arraycopy(sorted, place, sorted, place + 1, size - place);
            sorted[place] = number;
            size++;
        }

        void remove(double number) {
            int place = place(number);
            size--;
            System.arraycopy(sorted, place + 1, sorted, place, size - place);
        }

        private int place(double number) {
            int found = Arrays.binarySearch(sorted, 0, size, number);
            return found < 0 ? -found - 1 : found;
        }
    }

    WindowSlots(int doubleCount, int longCount, int orderedCount) {
        this.doubles = new double[doubleCount];
        this.longs = new long[longCount];
        this.ordered = new Ordered[orderedCount];
        Arrays.setAll(ordered, i -> new Ordered());
    }

    Ordered ordered(int number) {
        return ordered[number];
    }

    boolean isEmpty(int number) {
        return ordered[number].size == 0;
    }

    double quantile(int number, double quantile, Interpolation between) {
        return between.of(ordered[number].sorted, 0, ordered[number].size, quantile);
    }

    @Override
    public double doubleAt(int index) {
        return doubles[index];
    }

    @Override
    public void setDouble(int index, double value) {
        doubles[index] = value;
    }

    @Override
    public long longAt(int index) {
        return longs[index];
    }

    @Override
    public void setLong(int index, long value) {
        longs[index] = value;
    }
}
