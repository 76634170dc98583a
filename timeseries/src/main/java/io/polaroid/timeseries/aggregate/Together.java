package io.polaroid.timeseries.aggregate;

/** How two columns vary together, in two passes: about the means, which numbers far from 0 need. */
final class Together {
    private Together() {}

    /**
     * The sample covariance, or the correlation; NaN where one column does not vary.
     *
     * @param from of two pairs or more
     */
    static double of(double[] xs, double[] ys, int from, int to, boolean correlation) {
        double meanX = mean(xs, from, to);
        double meanY = mean(ys, from, to);
        double together = 0;
        double ofX = 0;
        double ofY = 0;
        for (int i = from; i < to; i++) {
            together += (xs[i] - meanX) * (ys[i] - meanY);
            ofX += (xs[i] - meanX) * (xs[i] - meanX);
            ofY += (ys[i] - meanY) * (ys[i] - meanY);
        }
        return correlation ? together / Math.sqrt(ofX * ofY) : together / (to - from - 1);
    }

    private static double mean(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }
}
