package io.polaroid.timeseries.window;

/** Skewness or kurtosis, by two passes over each window: powers of sums would cancel. */
final class Shapes extends Whole {
    private final boolean kurtosis;
    private final boolean bias;
    private final boolean fisher;

    private Shapes(Values values, int minSamples, boolean kurtosis, boolean bias, boolean fisher) {
        super(values, minSamples);
        this.kurtosis = kurtosis;
        this.bias = bias;
        this.fisher = fisher;
    }

    static Shapes skew(Values values, int minSamples, boolean bias) {
        return new Shapes(values, minSamples, false, bias, false);
    }

    static Shapes kurtosis(Values values, int minSamples, boolean bias, boolean fisher) {
        return new Shapes(values, minSamples, true, bias, fisher);
    }

    @Override
    void emit(int from, int to, int samples, int cell, Cells out) {
        double n = samples;
        if (!bias && samples < (kurtosis ? 4 : 3)) {
            return;
        }
        double mean = 0;
        for (int at = from; at < to; at++) {
            mean += values.has(at) ? values.numbers()[at] : 0;
        }
        mean /= n;
        double second = 0;
        double higher = 0;
        for (int at = from; at < to; at++) {
            if (values.has(at)) {
                double off = values.numbers()[at] - mean;
                double square = off * off;
                second += square;
                higher += square * (kurtosis ? square : off);
            }
        }
        second /= n;
        higher /= n;
        out.put(cell, kurtosis ? kurtosis(n, second, higher) : skew(n, second, higher));
    }

    private double skew(double n, double second, double third) {
        double skew = third / Math.pow(second, 1.5);
        return bias ? skew : Math.sqrt(n * (n - 1)) / (n - 2) * skew;
    }

    private double kurtosis(double n, double second, double fourth) {
        double kurtosis = fourth / (second * second);
        if (!bias) {
            kurtosis = 3 + ((n * n - 1) * kurtosis - 3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3));
        }
        return fisher ? kurtosis - 3 : kurtosis;
    }
}
