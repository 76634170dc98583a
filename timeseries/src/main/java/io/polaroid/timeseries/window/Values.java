package io.polaroid.timeseries.window;

/**
 * The cells of a column, as doubles or as longs.
 *
 * @param numbers the cells as doubles; empty if they are read as longs
 * @param wholes the cells as longs; empty if they are read as doubles
 * @param valid which rows have a value; empty if all have
 * @param isWhole whether they are read as longs
 */
public record Values(double[] numbers, long[] wholes, boolean[] valid, boolean isWhole) {
    private static final boolean[] ALL = {};

    /** Doubles. */
    public static Values of(double[] numbers, boolean[] valid) {
        return new Values(numbers, new long[0], valid, false);
    }

    /** Longs. */
    public static Values of(long[] wholes, boolean[] valid) {
        return new Values(new double[0], wholes, valid, true);
    }

    /** Doubles without nulls. */
    public static Values of(double[] numbers) {
        return of(numbers, ALL);
    }

    /** Whether a row has a value. */
    public boolean has(int at) {
        return valid.length == 0 || valid[at];
    }

    /** Whether some rows have none. */
    public boolean hasNulls() {
        return valid.length > 0;
    }
}
