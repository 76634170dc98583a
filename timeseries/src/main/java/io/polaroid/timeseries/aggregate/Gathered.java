package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.expr.Function;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All values of each window: what medians, quantiles, numbers of distinct values and correlations are read from. Windows that share rows hold many
 * times the table together: they come one after the other, and what is not needed any more is let go.
 */
abstract class Gathered extends Kernel {
    private static final int MOST_HELD = 1 << 20;

    private final int windows;
    private final boolean inTurn;
    private final Map<Calls, Found> found = new HashMap<>();
    private int[] slots = new int[1024];
    private int size;
    private int settled;

    /** What was found in the windows: numbers or whole numbers. */
    record Found(double[] numbers, long[] wholes, Validity valid) {}

    /**
     * Nothing gathered yet.
     *
     * @param windows how many windows there are
     * @param inTurn whether values come window by window, in the order of their numbers
     * @param calls what will be asked for
     */
    private Gathered(int windows, boolean inTurn, List<Calls> calls) {
        this.windows = windows;
        this.inTurn = inTurn;
        calls.forEach(call -> found.put(call, nothing(windows)));
    }

    abstract Found nothing(int windows);

    abstract void keep(Values values, int at, int from, int count);

    abstract void grow(int capacity);

    abstract void arrange(int[] places);

    abstract void sort(int from, int to);

    /** Reads the result of a window from the values {@code [from, to)}, of which there are some. */
    abstract void find(Calls call, int from, int to, int window, Found into);

    // Rows of all windows are kept in one list.
    @Override
    boolean takesWindowsApart() {
        return false;
    }

    @Override
    final void take(Values values) {
        int from = 0;
        if (inTurn && size >= MOST_HELD) {
            int last = slots[size - 1];
            while (from < values.count && values.slots[from] == last) {
                from++;
            }
            hold(values, 0, from);
            if (from < values.count) {
                settle(last + 1);
            }
        }
        hold(values, from, values.count);
    }

    private void hold(Values values, int from, int to) {
        int count = to - from;
        int needed = Math.addExact(size, count);
        if (needed > slots.length) {
            int capacity = Math.max(needed, slots.length > Integer.MAX_VALUE / 2 - 16 ? needed : 2 * slots.length);
            slots = Arrays.copyOf(slots, capacity);
            grow(capacity);
        }
        System.arraycopy(values.slots, from, slots, size, count);
        keep(values, size, from, count);
        size = needed;
    }

    @Override
    final void seal() {
        settle(windows);
    }

    /** Reads the results of the windows before one from what is held, and lets it go. */
    private void settle(int end) {
        int[] starts = new int[end - settled + 1];
        for (int i = 0; i < size; i++) {
            starts[slots[i] - settled + 1]++;
        }
        for (int window = settled; window < end; window++) {
            starts[window - settled + 1] += starts[window - settled];
        }
        int[] next = Arrays.copyOf(starts, starts.length);
        int[] places = new int[size];
        for (int i = 0; i < size; i++) {
            places[i] = next[slots[i] - settled]++;
        }
        if (end == windows) {
            slots = new int[0];
        }
        arrange(places);
        for (int window = settled; window < end; window++) {
            find(window, starts[window - settled], starts[window - settled + 1]);
        }
        size = 0;
        settled = end;
        grow(slots.length);
    }

    private void find(int window, int from, int to) {
        if (from == to) {
            return;
        }
        sort(from, to);
        found.forEach((call, into) -> find(call, from, to, window, into));
    }

    @Override
    final Cells cells(Calls call, int[] emit) {
        Found all = Objects.requireNonNull(found.get(call));
        Validity valid = Validity.none(emit.length);
        for (int i = 0; i < emit.length; i++) {
            valid.put(i, all.valid.get(emit[i]));
        }
        return call.function() == Function.N_UNIQUE
                ? new Cells.Longs(emitted(all.wholes, emit), valid)
                : new Cells.Doubles(emitted(all.numbers, emit), valid);
    }

    private static double[] emitted(double[] of, int[] emit) {
        double[] out = new double[emit.length];
        for (int i = 0; i < emit.length; i++) {
            out[i] = of[emit[i]];
        }
        return out;
    }

    private static long[] emitted(long[] of, int[] emit) {
        long[] out = new long[emit.length];
        for (int i = 0; i < emit.length; i++) {
            out[i] = of[emit[i]];
        }
        return out;
    }

    private static Found numbers(int windows) {
        return new Found(new double[windows], new long[0], Validity.none(windows));
    }

    /** Doubles, for quantiles. NaN comes last. */
    static final class OfDoubles extends Gathered {
        private double[] held = new double[1024];

        OfDoubles(int windows, boolean inTurn, List<Calls> calls) {
            super(windows, inTurn, calls);
        }

        @Override
        Found nothing(int windows) {
            return numbers(windows);
        }

        @Override
        void keep(Values values, int at, int from, int count) {
            System.arraycopy(values.numbers, from, held, at, count);
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
        void find(Calls call, int from, int to, int window, Found into) {
            into.numbers[window] = call.between().of(held, from, to, call.quantile());
            into.valid.set(window);
        }
    }

    /** Pairs of doubles, in the order of the rows. */
    static final class OfPairs extends Gathered {
        private double[] first = new double[1024];
        private double[] second = new double[1024];

        OfPairs(int windows, boolean inTurn, List<Calls> calls) {
            super(windows, inTurn, calls);
        }

        @Override
        Found nothing(int windows) {
            return numbers(windows);
        }

        @Override
        void keep(Values values, int at, int from, int count) {
            System.arraycopy(values.numbers, from, first, at, count);
            for (int i = 0; i < count; i++) {
                second[at + i] = Double.longBitsToDouble(values.wholes[from + i]);
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
        void find(Calls call, int from, int to, int window, Found into) {
            if (to - from >= 2) {
                into.numbers[window] = Together.of(first, second, from, to, call.function() == Function.CORR);
                into.valid.set(window);
            }
        }
    }

    /** Longs that are equal where the values are. */
    static final class OfLongs extends Gathered {
        private long[] held = new long[1024];

        OfLongs(int windows, boolean inTurn, List<Calls> calls) {
            super(windows, inTurn, calls);
        }

        @Override
        Found nothing(int windows) {
            return new Found(new double[0], new long[windows], Validity.all(windows));
        }

        @Override
        void keep(Values values, int at, int from, int count) {
            System.arraycopy(values.wholes, from, held, at, count);
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
        void find(Calls call, int from, int to, int window, Found into) {
            for (int at = from; at < to; at++) {
                into.wholes[window] += at == from || held[at] != held[at - 1] ? 1 : 0;
            }
        }
    }
}
