package io.polaroid.timeseries.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * One running number (or group of numbers) of a plan's state, at fixed slots. Its value depends on the set of rows taken in, not on
 * their order.
 */
abstract class Accumulator {
    private int doubleBase;
    private int longBase;

    /** How many double slots it has. */
    abstract int doubles();

    /** How many long slots it has. */
    abstract int longs();

    /** Makes its slots those of no rows. */
    abstract void reset(Slots state);

    /**
     * Takes in one value that is not null.
     *
     * @param number the value as a double
     * @param whole the value of a column of longs
     */
    abstract void update(Slots state, double number, long whole, long timeNanos, long offset);

    /**
     * Takes out a value that was taken in, if that can be undone.
     *
     * @return whether it can
     */
    boolean remove(Slots state, double number, long whole) {
        return false;
    }

    /** What {@link CompiledPlan} reads it as: a Long, a Double, or null for no value. */
    final @Nullable Object value(Slots state) {
        if (isNull(state)) {
            return null;
        }
        return isWhole() ? (Object) longAt(state) : (Object) doubleAt(state);
    }

    /** Whether its value is a Long. */
    abstract boolean isWhole();

    /** Whether it has no value. */
    boolean isNull(Slots state) {
        return false;
    }

    /** Its value; undefined where it has none. */
    abstract double doubleAt(Slots state);

    /** Its value; undefined where it has none. */
    long longAt(Slots state) {
        return (long) doubleAt(state);
    }

    final void place(int firstDouble, int firstLong) {
        doubleBase = firstDouble;
        longBase = firstLong;
    }

    final double getDouble(Slots state, int slot) {
        return state.doubleAt(doubleBase + slot);
    }

    final void putDouble(Slots state, int slot, double value) {
        state.setDouble(doubleBase + slot, value);
    }

    final long getLong(Slots state, int slot) {
        return state.longAt(longBase + slot);
    }

    final void putLong(Slots state, int slot, long value) {
        state.setLong(longBase + slot, value);
    }

    /** Number of values. */
    static final class Count extends Accumulator {
        @Override
        int doubles() {
            return 0;
        }

        @Override
        int longs() {
            return 1;
        }

        @Override
        void reset(Slots state) {
            putLong(state, 0, 0);
        }

        @Override
        void update(Slots state, double number, long whole, long timeNanos, long offset) {
            putLong(state, 0, getLong(state, 0) + 1);
        }

        @Override
        boolean remove(Slots state, double number, long whole) {
            putLong(state, 0, getLong(state, 0) - 1);
            return true;
        }

        @Override
        boolean isWhole() {
            return true;
        }

        @Override
        double doubleAt(Slots state) {
            return longAt(state);
        }

        @Override
        long longAt(Slots state) {
            return getLong(state, 0);
        }
    }

    /** Sum of longs in 128 bits, so that it cannot overflow on the way; null where the result does not fit in 64. */
    static final class WholeSum extends Accumulator {
        @Override
        int doubles() {
            return 0;
        }

        @Override
        int longs() {
            return 2;
        }

        @Override
        void reset(Slots state) {
            putLong(state, 0, 0);
            putLong(state, 1, 0);
        }

        @Override
        void update(Slots state, double number, long whole, long timeNanos, long offset) {
            long low = getLong(state, 0);
            long sum = low + whole;
            long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
            putLong(state, 0, sum);
            putLong(state, 1, getLong(state, 1) + (whole >> 63) + carry);
        }

        @Override
        boolean remove(Slots state, double number, long whole) {
            long low = getLong(state, 0);
            long borrow = Long.compareUnsigned(low, whole) < 0 ? 1 : 0;
            putLong(state, 0, low - whole);
            putLong(state, 1, getLong(state, 1) - (whole >> 63) - borrow);
            return true;
        }

        @Override
        boolean isWhole() {
            return true;
        }

        @Override
        double doubleAt(Slots state) {
            return longAt(state);
        }

        @Override
        long longAt(Slots state) {
            return getLong(state, 0);
        }

        @Override
        boolean isNull(Slots state) {
            return getLong(state, 1) != getLong(state, 0) >> 63;
        }
    }

    /** Sum of doubles. */
    static final class Sum extends Accumulator {
        @Override
        int doubles() {
            return 2;
        }

        @Override
        int longs() {
            return 0;
        }

        @Override
        void reset(Slots state) {
            putDouble(state, 0, 0);
            putDouble(state, 1, 0);
        }

        @Override
        void update(Slots state, double number, long whole, long timeNanos, long offset) {
            double high = getDouble(state, 0);
            double sum = high + number;
            if (!Double.isFinite(sum)) {
                putDouble(state, 0, sum);
                putDouble(state, 1, 0);
                return;
            }
            double low = getDouble(state, 1) + Exact.sumError(high, number, sum);
            double rounded = sum + low;
            putDouble(state, 0, rounded);
            putDouble(state, 1, low - (rounded - sum));
        }

        @Override
        boolean remove(Slots state, double number, long whole) {
            update(state, -number, 0, 0, 0);
            return true;
        }

        @Override
        boolean isWhole() {
            return false;
        }

        @Override
        double doubleAt(Slots state) {
            return getDouble(state, 0);
        }
    }

    /** Sum of the squares of doubles, in three parts: squares of market data need more than two. */
    static final class Squares extends Accumulator {
        @Override
        int doubles() {
            return 3;
        }

        @Override
        int longs() {
            return 0;
        }

        @Override
        void reset(Slots state) {
            putDouble(state, 0, 0);
            putDouble(state, 1, 0);
            putDouble(state, 2, 0);
        }

        @Override
        void update(Slots state, double number, long whole, long timeNanos, long offset) {
            double square = number * number;
            add(state, square);
            if (Double.isFinite(square)) {
                add(state, Math.fma(number, number, -square));
            }
        }

        @Override
        boolean remove(Slots state, double number, long whole) {
            double square = number * number;
            add(state, -square);
            if (Double.isFinite(square)) {
                add(state, -Math.fma(number, number, -square));
            }
            return true;
        }

        private void add(Slots state, double term) {
            double a = getDouble(state, 0);
            double first = a + term;
            if (!Double.isFinite(first)) {
                putDouble(state, 0, first);
                putDouble(state, 1, 0);
                putDouble(state, 2, 0);
                return;
            }
            double b = getDouble(state, 1);
            double carried = Exact.sumError(a, term, first);
            double second = b + carried;
            double third = getDouble(state, 2) + Exact.sumError(b, carried, second);
            double lower = second + third;
            third = Exact.sumError(second, third, lower);
            double upper = first + lower;
            lower = Exact.sumError(first, lower, upper);
            putDouble(state, 0, upper);
            double middle = lower + third;
            putDouble(state, 1, middle);
            putDouble(state, 2, Exact.sumError(lower, third, middle));
        }

        @Override
        boolean isWhole() {
            return false;
        }

        @Override
        double doubleAt(Slots state) {
            return getDouble(state, 0);
        }
    }
}
