package io.polaroid.timeseries.window;

/** A running sum in two doubles, to about 106 bits. */
final class Twofold {
    private double high;
    private double low;

    void clear() {
        high = 0;
        low = 0;
    }

    void add(double x) {
        double next = high + x;
        double part = next - high;
        low += (high - (next - part)) + (x - part);
        high = next;
    }

    /** Adds {@code sign * x * y}, with what rounding the product loses. */
    void addProduct(double x, double y, int sign) {
        double product = x * y;
        double error = Math.fma(x, y, -product);
        add(sign * product);
        low += sign * error;
    }

    double value() {
        return high + low;
    }

    /** {@code n * a - b * c}, rounded about once: what a covariance is made of, whose terms nearly cancel. */
    static double spread(long n, Twofold a, Twofold b, Twofold c) {
        double bHigh = b.high + b.low;
        double bLow = b.low - (bHigh - b.high);
        double cHigh = c.high + c.low;
        double cLow = c.low - (cHigh - c.high);
        double product = bHigh * cHigh;
        double productLow = Math.fma(bHigh, cHigh, -product) + (bHigh * cLow + bLow * cHigh + bLow * cLow);
        double scaled = n * a.high;
        double scaledLow = Math.fma(n, a.high, -scaled) + n * a.low;
        double difference = scaled - product;
        double part = difference - scaled;
        double lost = (scaled - (difference - part)) + (-product - part);
        return difference + (lost + (scaledLow - productLow));
    }
}
