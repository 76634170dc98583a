package io.polaroid.timeseries.statistics;

/** The standard normal distribution. */
final class Normal {
    /** Beyond it the series would cancel; the fraction converges within {@link #DEPTH} terms. */
    private static final double TAIL = 3;

    private static final int DEPTH = 200;

    private Normal() {}

    /** The probability of a value up to {@code z}, to some 1e-14 of itself in either tail. */
    static double cdf(double z) {
        if (z < -TAIL) {
            return upperTail(-z);
        }
        return z > TAIL ? 1 - upperTail(z) : centre(z);
    }

    /** Power series of Marsaglia (2004): 1/2 + density * (z + z^3/3 + z^5/(3*5) + …). */
    private static double centre(double z) {
        double term = z;
        double sum = z;
        for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
            term *= z * z / i;
            sum += term;
        }
        return 0.5 + density(z) * sum;
    }

    /** Laplace's continued fraction of Mills' ratio: density / (z + 1/(z + 2/(z + 3/(z + …)))). */
    private static double upperTail(double z) {
        double below = z;
        for (int i = DEPTH; i > 0; i--) {
            below = z + i / below;
        }
        return density(z) / below;
    }

    private static double density(double z) {
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    }
}
