package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.expr.Function;

/**
 * One running number (or group of numbers) for each of many windows. The same arithmetic as {@link Accumulator}, so that a table and a
 * stream give the same bits.
 */
abstract class Kernel {
    /** Takes in values. */
    abstract void take(Values values);

    /** Whether values of different windows may be taken in by different threads at once. */
    boolean takesWindowsApart() {
        return true;
    }

    /** Called once after the last values. */
    void seal() {
        // Most have nothing left to do.
    }

    /**
     * The results.
     *
     * @param call which of its results
     * @param emit the windows in the order of the result
     */
    abstract Cells cells(Calls call, int[] emit);

    /**
     * What is asked of a kernel.
     *
     * @param function which result
     * @param quantile of a quantile, which one
     * @param between of a quantile, what lies between two values
     */
    record Calls(Function function, double quantile, Interpolation between) {
        static Calls of(Function function) {
            return new Calls(function, 0.5, Interpolation.LINEAR);
        }
    }

    /** Counts values. */
    static final class Counts extends Kernel {
        private final long[] counts;

        Counts(int windows) {
            counts = new long[windows];
        }

        @Override
        void take(Values values) {
            int[] slots = values.slots;
            for (int i = 0; i < values.count; i++) {
                counts[slots[i]]++;
            }
        }

        @Override
        Cells cells(Calls call, int[] emit) {
            long[] cells = new long[emit.length];
            for (int i = 0; i < emit.length; i++) {
                cells[i] = counts[emit[i]];
            }
            return new Cells.Longs(cells, Validity.all(emit.length));
        }
    }

    /** Sums of longs in 128 bits. */
    static final class WholeSums extends Kernel {
        private final long[] sums;
        private final boolean unsigned;

        WholeSums(int windows, boolean unsigned) {
            this.sums = new long[2 * windows];
            this.unsigned = unsigned;
        }

        @Override
        void take(Values values) {
            int[] slots = values.slots;
            long[] wholes = values.wholes;
            for (int i = 0; i < values.count; i++) {
                int at = 2 * slots[i];
                long low = sums[at];
                long sum = low + wholes[i];
                sums[at] = sum;
                sums[at + 1] += (unsigned ? 0 : wholes[i] >> 63) + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
            }
        }

        @Override
        Cells cells(Calls call, int[] emit) {
            long[] cells = new long[emit.length];
            Validity valid = Validity.all(emit.length);
            for (int i = 0; i < emit.length; i++) {
                cells[i] = sums[2 * emit[i]];
                valid.put(i, sums[2 * emit[i] + 1] == cells[i] >> 63);
            }
            return new Cells.Longs(cells, valid);
        }
    }

    /** The first or last row with a value. */
    static final class Edges extends Kernel {
        private final boolean last;
        private final int[] found;
        private final Picked picked;

        Edges(boolean last, int windows, Picked picked) {
            this.last = last;
            this.found = filled(windows);
            this.picked = picked;
        }

        @Override
        void take(Values values) {
            int[] slots = values.slots;
            int[] rows = values.rows;
            if (last) {
                for (int i = 0; i < values.count; i++) {
                    found[slots[i]] = rows[i];
                }
                return;
            }
            for (int i = 0; i < values.count; i++) {
                if (found[slots[i]] < 0) {
                    found[slots[i]] = rows[i];
                }
            }
        }

        @Override
        Cells cells(Calls call, int[] emit) {
            return picked.cells(emitted(found, emit));
        }
    }

    /** What stands in chosen rows; -1 for null. */
    @FunctionalInterface
    interface Picked {
        Cells cells(int[] rows);
    }

    static int[] filled(int windows) {
        int[] none = new int[windows];
        java.util.Arrays.fill(none, -1);
        return none;
    }

    static int[] emitted(int[] of, int[] emit) {
        int[] out = new int[emit.length];
        for (int i = 0; i < emit.length; i++) {
            out[i] = of[emit[i]];
        }
        return out;
    }
}
