package io.polaroid.timeseries.aggregate;

/**
 * The least or greatest value. It starts at the value that loses against all others; whether there was any value is for
 * {@link Accumulator.Count} to say.
 */
final class Extreme extends Accumulator {
    private final boolean whole;
    private final boolean greatest;

    private Extreme(boolean whole, boolean greatest) {
        this.whole = whole;
        this.greatest = greatest;
    }

    static Extreme least(boolean whole) {
        return new Extreme(whole, false);
    }

    static Extreme greatest(boolean whole) {
        return new Extreme(whole, true);
    }

    boolean isGreatest() {
        return greatest;
    }

    @Override
    int doubles() {
        return whole ? 0 : 1;
    }

    @Override
    int longs() {
        return whole ? 1 : 0;
    }

    @Override
    void reset(Slots state) {
        if (whole) {
            putLong(state, 0, greatest ? Long.MIN_VALUE : Long.MAX_VALUE);
        } else {
            putDouble(state, 0, Double.NaN);
        }
    }

    // NaN only where there is nothing else, as in Polars; Double.compare puts -0.0 below 0.0, so that rows may come in
    // any order.
    @Override
    void update(Slots state, double number, long value, long timeNanos, long offset) {
        int sign = greatest ? 1 : -1;
        if (whole) {
            if (sign * Long.compare(value, getLong(state, 0)) > 0) {
                putLong(state, 0, value);
            }
            return;
        }
        double held = getDouble(state, 0);
        if (Double.isNaN(held) || !Double.isNaN(number) && sign * Double.compare(number, held) > 0) {
            putDouble(state, 0, number);
        }
    }

    @Override
    boolean isWhole() {
        return whole;
    }

    @Override
    double doubleAt(Slots state) {
        return whole ? longAt(state) : getDouble(state, 0);
    }

    @Override
    long longAt(Slots state) {
        return whole ? getLong(state, 0) : (long) getDouble(state, 0);
    }
}
