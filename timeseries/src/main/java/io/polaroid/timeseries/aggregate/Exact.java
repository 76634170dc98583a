package io.polaroid.timeseries.aggregate;

/** Sums and products without rounding, as several doubles. */
final class Exact {
    private Exact() {}

    /** What {@code sum = a + b} lost to rounding (Knuth's TwoSum); all finite. */
    static double sumError(double a, double b, double sum) {
        double bPart = sum - a;
        return (a - (sum - bPart)) + (b - bPart);
    }

    /**
     * The sum of all terms, rounded once (Shewchuk, as in Python's {@code math.fsum}). The array is used as scratch.
     */
    static double sum(double[] terms) {
        int parts = 0;
        double plain = 0;
        for (double term : terms) {
            plain += term;
        }
        if (!Double.isFinite(plain)) {
            return plain;
        }
        for (double term : terms) {
            double carried = term;
            int kept = 0;
            for (int i = 0; i < parts; i++) {
                double sum = carried + terms[i];
                double error = sumError(carried, terms[i], sum);
                if (error != 0) {
                    terms[kept++] = error;
                }
                carried = sum;
            }
            terms[kept] = carried;
            parts = kept + 1;
        }
        return rounded(terms, parts);
    }

    // Parts ascend and do not overlap; a half-way case is decided by the sign of what lies below it.
    private static double rounded(double[] parts, int count) {
        if (count == 0) {
            return 0;
        }
        int next = count - 1;
        double high = parts[next];
        double low = 0;
        while (next > 0 && low == 0) {
            double below = parts[--next];
            double sum = high + below;
            low = below - (sum - high);
            high = sum;
        }
        if (next > 0 && (low < 0 && parts[next - 1] < 0 || low > 0 && parts[next - 1] > 0)) {
            double twice = low * 2;
            double moved = high + twice;
            if (twice == moved - high) {
                high = moved;
            }
        }
        return high;
    }

    /**
     * {@code count * squares - sum * sum}, rounded once: the numerator of a variance.
     *
     * @param sum a sum in two parts
     * @param squares a sum of squares in three parts
     */
    static double spread(long count, double[] sum, double[] squares) {
        double n = count;
        double[] terms = new double[12];
        int next = 0;
        for (double part : squares) {
            next = product(terms, next, n, part);
        }
        next = product(terms, next, -sum[0], sum[0]);
        next = product(terms, next, -2 * sum[0], sum[1]);
        product(terms, next, -sum[1], sum[1]);
        return sum(terms);
    }

    private static int product(double[] terms, int next, double a, double b) {
        double product = a * b;
        terms[next] = product;
        terms[next + 1] = Double.isFinite(product) ? Math.fma(a, b, -product) : 0;
        return next + 2;
    }
}
