package io.polaroid.timeseries.window;

/** Sum of longs in 128 bits; null where it does not fit in the type of the result. */
final class WholeSums extends Running {
    private final long least;
    private final long greatest;
    private long high;
    private long low;

    /**
     * @param least the least value of the result's type
     * @param greatest its greatest value
     */
    WholeSums(Values values, int minSamples, long least, long greatest) {
        super(values, minSamples);
        this.least = least;
        this.greatest = greatest;
    }

    @Override
    void clear() {
        high = 0;
        low = 0;
    }

    @Override
    void add(int at) {
        long x = values.wholes()[at];
        long sum = low + x;
        high += (x >> 63) + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
        low = sum;
    }

    @Override
    void remove(int at) {
        long x = values.wholes()[at];
        long difference = low - x;
        high -= (x >> 63) + (Long.compareUnsigned(low, x) < 0 ? 1 : 0);
        low = difference;
    }

    @Override
    void emit(int cell, Cells out) {
        if (high == low >> 63 && low >= least && low <= greatest) {
            out.put(cell, low);
        }
    }
}
