package io.polaroid.timeseries.window;

/**
 * Results of windows: cells that start out null.
 *
 * @param numbers doubles, or empty
 * @param wholes longs, or empty
 * @param valid which cells have a value
 */
public record Cells(double[] numbers, long[] wholes, boolean[] valid) {
    /** Cells for doubles. */
    public static Cells numbers(int size) {
        return new Cells(new double[size], new long[0], new boolean[size]);
    }

    /** Cells for longs. */
    public static Cells wholes(int size) {
        return new Cells(new double[0], new long[size], new boolean[size]);
    }

    void put(int at, double value) {
        numbers[at] = value;
        valid[at] = true;
    }

    void put(int at, long value) {
        wholes[at] = value;
        valid[at] = true;
    }
}
