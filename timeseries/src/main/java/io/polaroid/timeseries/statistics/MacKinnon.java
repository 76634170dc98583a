package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.statistics.AdfResult.CriticalValues;

/**
 * The distribution of the ADF statistic of one series.
 *
 * <p><b>Source</b> p-values: MacKinnon, "Approximate Asymptotic Distribution Functions for Unit-Root and Cointegration Tests", JBES 12
 * (1994), with the coefficients of 2010. Critical values: MacKinnon, "Critical Values for Cointegration Tests", Queen's Economics
 * Department working paper 1227 (2010), table 2, N = 1; those without a constant are of MacKinnon (1996). Numbers as in statsmodels.
 */
final class MacKinnon {
    /**
     * What one regression's statistic is distributed like.
     *
     * @param least below it the p-value is 0
     * @param star up to it the left tail's polynomial holds
     * @param greatest above it the p-value is 1
     * @param leftTail coefficients by ascending power, of the normal quantile of p
     * @param rest the same, right of {@code star}
     * @param surface for 1, 5 and 10 %: coefficients by ascending power of 1/observations
     */
    private record Surface(
            double least, double star, double greatest, double[] leftTail, double[] rest, double[][] surface) {}

    private static final Surface NONE = new Surface(
            -19.04,
            -1.04,
            Double.POSITIVE_INFINITY,
            new double[] {0.6344, 1.2378, 3.2496 * 1e-2},
            new double[] {0.4797, 9.3557 * 1e-1, -0.6999 * 1e-1, 3.3066 * 1e-2},
            new double[][] {
                {-2.56574, -2.2358, -3.627, 0}, {-1.94100, -0.2686, -3.365, 31.223}, {-1.61682, 0.2656, -2.714, 25.364}
            });
    private static final Surface CONSTANT = new Surface(
            -18.83,
            -1.61,
            2.74,
            new double[] {2.1659, 1.4412, 3.8269 * 1e-2},
            new double[] {1.7339, 9.3202 * 1e-1, -1.2745 * 1e-1, -1.0368 * 1e-2},
            new double[][] {
                {-3.43035, -6.5393, -16.786, -79.433},
                {-2.86154, -2.8903, -4.234, -40.040},
                {-2.56677, -1.5384, -2.809, 0}
            });
    private static final Surface TREND = new Surface(
            -16.18,
            -2.89,
            0.7,
            new double[] {3.2512, 1.6047, 4.9588 * 1e-2},
            new double[] {2.5261, 6.1654 * 1e-1, -3.7956 * 1e-1, -6.0285 * 1e-2},
            new double[][] {
                {-3.95877, -9.0531, -28.428, -134.155},
                {-3.41049, -4.3904, -9.036, -45.374},
                {-3.12705, -2.5856, -3.925, -22.380}
            });
    private static final Surface QUADRATIC = new Surface(
            -17.17,
            -3.21,
            0.54,
            new double[] {4.0003, 1.658, 4.8288 * 1e-2},
            new double[] {3.0778, 4.9529 * 1e-1, -4.1477 * 1e-1, -5.9359 * 1e-2},
            new double[][] {
                {-4.37113, -11.5882, -35.819, -334.047},
                {-3.83239, -5.9057, -12.490, -118.284},
                {-3.55326, -3.6596, -5.293, -63.559}
            });

    private MacKinnon() {}

    /** The probability of a statistic below this one if there is a unit root. */
    static double pValue(double statistic, Regression regression) {
        var surface = surface(regression);
        if (statistic > surface.greatest) {
            return 1;
        }
        if (statistic < surface.least) {
            return 0;
        }
        return Normal.cdf(polynomial(statistic <= surface.star ? surface.leftTail : surface.rest, statistic));
    }

    /** The critical values of a regression with this many rows. */
    static CriticalValues criticalValues(Regression regression, int observations) {
        var levels = surface(regression).surface;
        double inverse = 1.0 / observations;
        return new CriticalValues(
                polynomial(levels[0], inverse), polynomial(levels[1], inverse), polynomial(levels[2], inverse));
    }

    private static Surface surface(Regression regression) {
        return switch (regression) {
            case N -> NONE;
            case C -> CONSTANT;
            case CT -> TREND;
            case CTT -> QUADRATIC;
        };
    }

    private static double polynomial(double[] coefficients, double at) {
        double sum = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            sum = sum * at + coefficients[i];
        }
        return sum;
    }
}
