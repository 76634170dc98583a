package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.expr.Function;
import java.util.Arrays;

/** All values of each window: what medians, quantiles, numbers of distinct values and correlations are read from. */
abstract class Gathered extends Kernel {
    private final int windows;
    private int[] slots = new int[1024];
    private int size;
    int[] starts = {};

    private Gathered(int windows) {
        this.windows = windows;
    }

    abstract void keep(Values values, int at);

    abstract void grow(int capacity);

    abstract void arrange(int[] places);

    abstract void sort(int from, int to);

    // Rows of all windows are kept in one list.
    @Override
    boolean takesWindowsApart() {
        return false;
    }

    @Override
    final void take(Values values) {
        int needed = Math.addExact(size, values.count);
        if (needed > slots.length) {
            int capacity = Math.max(needed, slots.length > Integer.MAX_VALUE / 2 - 16 ? needed : 2 * slots.length);
            slots = Arrays.copyOf(slots, capacity);
            grow(capacity);
        }
        System.arraycopy(values.slots, 0, slots, size, values.count);
        keep(values, size);
        size = needed;
    }

    @Override
    final void seal() {
        starts = new int[windows + 1];
        for (int i = 0; i < size; i++) {
            starts[slots[i] + 1]++;
        }
        for (int window = 0; window < windows; window++) {
            starts[window + 1] += starts[window];
        }
        int[] next = Arrays.copyOf(starts, windows);
        int[] places = new int[size];
        for (int i = 0; i < size; i++) {
            places[i] = next[slots[i]]++;
        }
        slots = new int[0];
        arrange(places);
        for (int window = 0; window < windows; window++) {
            sort(starts[window], starts[window + 1]);
        }
    }

    /** Doubles, for quantiles. NaN comes last. */
    static final class OfDoubles extends Gathered {
        private double[] held = new double[1024];

        OfDoubles(int windows) {
            super(windows);
        }

        @Override
        void keep(Values values, int at) {
            System.arraycopy(values.numbers, 0, held, at, values.count);
        }

        @Override
        void grow(int capacity) {
            held = Arrays.copyOf(held, capacity);
        }

        @Override
        void arrange(int[] places) {
            double[] arranged = new double[places.length];
            for (int i = 0; i < places.length; i++) {
                arranged[places[i]] = held[i];
            }
            held = arranged;
        }

        @Override
        void sort(int from, int to) {
            Arrays.sort(held, from, to);
        }

        @Override
        Cells cells(Calls call, int[] emit) {
            double[] cells = new double[emit.length];
            Validity valid = Validity.all(emit.length);
            for (int i = 0; i < emit.length; i++) {
                int from = starts[emit[i]];
                int to = starts[emit[i] + 1];
                if (from == to) {
                    valid.clear(i);
                } else {
                    cells[i] = call.between().of(held, from, to, call.quantile());
                }
            }
            return new Cells.Doubles(cells, valid);
        }
    }

    /** Pairs of doubles, in the order of the rows. */
    static final class OfPairs extends Gathered {
        private double[] first = new double[1024];
        private double[] second = new double[1024];

        OfPairs(int windows) {
            super(windows);
        }

        @Override
        void keep(Values values, int at) {
            System.arraycopy(values.numbers, 0, first, at, values.count);
            for (int i = 0; i < values.count; i++) {
                second[at + i] = Double.longBitsToDouble(values.wholes[i]);
            }
        }

        @Override
        void grow(int capacity) {
            first = Arrays.copyOf(first, capacity);
            second = Arrays.copyOf(second, capacity);
        }

        @Override
        void arrange(int[] places) {
            double[] xs = new double[places.length];
            double[] ys = new double[places.length];
            for (int i = 0; i < places.length; i++) {
                xs[places[i]] = first[i];
                ys[places[i]] = second[i];
            }
            first = xs;
            second = ys;
        }

        @Override
        void sort(int from, int to) {
            // The sums of a stream's window go by the order of its rows, too.
        }

        @Override
        Cells cells(Calls call, int[] emit) {
            double[] cells = new double[emit.length];
            Validity valid = Validity.all(emit.length);
            for (int i = 0; i < emit.length; i++) {
                int from = starts[emit[i]];
                int to = starts[emit[i] + 1];
                if (to - from < 2) {
                    valid.clear(i);
                } else {
                    cells[i] = Together.of(first, second, from, to, call.function() == Function.CORR);
                }
            }
            return new Cells.Doubles(cells, valid);
        }
    }

    /** Longs that are equal where the values are. */
    static final class OfLongs extends Gathered {
        private long[] held = new long[1024];

        OfLongs(int windows) {
            super(windows);
        }

        @Override
        void keep(Values values, int at) {
            System.arraycopy(values.wholes, 0, held, at, values.count);
        }

        @Override
        void grow(int capacity) {
            held = Arrays.copyOf(held, capacity);
        }

        @Override
        void arrange(int[] places) {
            long[] arranged = new long[places.length];
            for (int i = 0; i < places.length; i++) {
                arranged[places[i]] = held[i];
            }
            held = arranged;
        }

        @Override
        void sort(int from, int to) {
            Arrays.sort(held, from, to);
        }

        @Override
        Cells cells(Calls call, int[] emit) {
            if (call.function() != Function.N_UNIQUE) {
                throw new IllegalArgumentException(call.function() + " is no number of distinct values");
            }
            long[] cells = new long[emit.length];
            for (int i = 0; i < emit.length; i++) {
                int from = starts[emit[i]];
                int to = starts[emit[i] + 1];
                for (int at = from; at < to; at++) {
                    cells[i] += at == from || held[at] != held[at - 1] ? 1 : 0;
                }
            }
            return new Cells.Longs(cells, Validity.all(emit.length));
        }
    }
}
