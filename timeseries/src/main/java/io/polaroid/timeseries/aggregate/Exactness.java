package io.polaroid.timeseries.aggregate;

/**
 * Whether sums over all that was added lately are exact, so that neither the order of rows nor their leaving can be seen in the
 * result: all numbers are whole multiples of one power of two, and no sum of them reaches so far above it that two doubles (of
 * squares: three) cannot hold it.
 */
final class Exactness {
    /** Bits of two doubles, less one for the halves that rounding compares. */
    private static final int SUM_BITS = 104;

    /** Bits of three doubles, less some for carries between them. */
    private static final int SQUARE_BITS = 150;

    /** Below it squares lose bits to underflow. */
    private static final int LEAST_EXPONENT = -480;

    private static final int MANTISSA_BITS = 52;
    private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;

    private final boolean squares;
    private int unit;
    private double sum;
    private double greatest;
    private boolean finite;

    Exactness(boolean squares) {
        this.squares = squares;
        clear();
    }

    void clear() {
        unit = Integer.MAX_VALUE;
        sum = 0;
        greatest = 0;
        finite = true;
    }

    void add(double number) {
        if (number == 0) {
            return;
        }
        int exponent = Math.getExponent(number);
        if (exponent > Double.MAX_EXPONENT) {
            finite = false;
            return;
        }
        long mantissa = Double.doubleToRawLongBits(number) & MANTISSA | 1L << MANTISSA_BITS;
        unit = Math.min(unit, exponent - MANTISSA_BITS + Long.numberOfTrailingZeros(mantissa));
        sum += squares ? number * number : Math.abs(number);
        greatest = Math.max(greatest, sum);
    }

    void remove(double number) {
        sum -= squares ? number * number : Math.abs(number);
    }

    boolean holds() {
        if (unit == Integer.MAX_VALUE) {
            return finite;
        }
        // One more for what rounding keeps from the plain sum.
        int reach = Math.getExponent(greatest) + 2;
        return finite
                && unit > LEAST_EXPONENT
                && (squares ? reach - 2 * unit <= SQUARE_BITS : reach - unit <= SUM_BITS);
    }
}
