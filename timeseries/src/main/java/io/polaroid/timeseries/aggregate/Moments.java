package io.polaroid.timeseries.aggregate;

/** Mean and variance out of counts and exact sums. */
final class Moments {
    private Moments() {}

    static Reader mean(Accumulator count, Accumulator sum) {
        return state -> {
            long n = count.getLong(state, 0);
            return n == 0 ? null : (Object) (sum.getDouble(state, 0) / n);
        };
    }

    static Reader variance(Accumulator count, Accumulator sum, Accumulator squares) {
        return state -> {
            long n = count.getLong(state, 0);
            return n < 2 ? null : (Object) variance(n, state, sum, squares);
        };
    }

    static Reader deviation(Accumulator count, Accumulator sum, Accumulator squares) {
        return state -> {
            long n = count.getLong(state, 0);
            return n < 2 ? null : (Object) Math.sqrt(variance(n, state, sum, squares));
        };
    }

    /**
     * The sample variance of two values or more.
     *
     * @param sums their sum in two parts
     * @param squared the sum of their squares in three parts
     */
    static double variance(long n, double[] sums, double[] squared) {
        double spread = Exact.spread(n, sums, squared);
        // max(0, NaN) would be NaN as well, but a comparison says so without doubt.
        return spread < 0 ? 0 : spread / ((double) n * (n - 1));
    }

    private static double variance(long n, Slots state, Accumulator sum, Accumulator squares) {
        double[] sums = {sum.getDouble(state, 0), sum.getDouble(state, 1)};
        double[] squared = {
            squares.getDouble(state, 0), squares.getDouble(state, 1), squares.getDouble(state, 2),
        };
        return variance(n, sums, squared);
    }
}
