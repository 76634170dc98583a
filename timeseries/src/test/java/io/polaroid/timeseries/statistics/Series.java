package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.Gen;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Series for properties. */
final class Series {
    private Series() {}

    /** A series that remembers so much of its past: 0 is noise, 1 a random walk. */
    static double[] autoregression(Gen gen, int n, double memory) {
        double[] x = new double[n];
        for (int t = 0; t < n; t++) {
            x[t] = (t == 0 ? 0 : memory * x[t - 1]) + noise(gen);
        }
        return x;
    }

    static double[] map(double[] x, DoubleUnaryOperator change) {
        return Arrays.stream(x).map(change).toArray();
    }

    private static double noise(Gen gen) {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += gen.unit();
        }
        return sum;
    }
}
