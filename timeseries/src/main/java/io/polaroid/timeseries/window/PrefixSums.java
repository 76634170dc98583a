package io.polaroid.timeseries.window;

/**
 * Sums of ranges of rows as differences of sums from a common start: no row is added or removed twice, and nothing depends on how many
 * leave at a time.
 *
 * <p>Sums are kept in two doubles, and offered only where both are exact, so that a range's sum is that of its rows alone, rounded once. All
 * numbers are multiples of the last bit of the least of them. With at most {@link #MOST_ROWS} rows (14 bits), a sum stays below 15 bits
 * above the greatest, what one addition loses lies 53 bits lower, and so do all that are lost together by 14 bits more and their
 * difference by another: {@link #MOST_SPREAD} bits between the greatest and the least leave that within the 53 bits of a double.
 */
final class PrefixSums {
    static final int MOST_ROWS = 1 << 14;

    private static final int MOST_SPREAD = 22;
    private static final int MANTISSA_BITS = 52;
    private static final long GREATEST = Double.doubleToRawLongBits(1e290);

    private final double[] numbers;
    private double[] sums = {0};
    private double[] lost = {0};
    private int first;

    PrefixSums(double[] numbers) {
        this.numbers = numbers;
    }

    /**
     * Makes it that of the rows {@code [from, to)}.
     *
     * @return whether sums over them are exact
     */
    boolean load(int from, int to) {
        first = from;
        if (sums.length <= to - from) {
            sums = new double[Math.min(MOST_ROWS, 2 * (to - from)) + 1];
            lost = new double[sums.length];
        }
        long least = Long.MAX_VALUE;
        long greatest = 0;
        double sum = 0;
        double low = 0;
        for (int at = from; at < to; at++) {
            double x = numbers[at];
            long bits = Double.doubleToRawLongBits(x) & Long.MAX_VALUE;
            greatest = Math.max(greatest, bits);
            least = Math.min(least, bits == 0 ? Long.MAX_VALUE : bits);
            double next = sum + x;
            double part = next - sum;
            low += (sum - (next - part)) + (x - part);
            sum = next;
            sums[at + 1 - from] = sum;
            lost[at + 1 - from] = low;
        }
        return greatest <= GREATEST && (greatest >>> MANTISSA_BITS) - (least >>> MANTISSA_BITS) <= MOST_SPREAD;
    }

    /** The sum of rows {@code [from, to)}, which lie within those that were loaded. */
    double sum(int from, int to) {
        double end = sums[to - first];
        double start = sums[from - first];
        double difference = end - start;
        double part = difference - end;
        double below = (end - (difference - part)) - (start + part);
        return difference + (below + (lost[to - first] - lost[from - first]));
    }
}
