package io.polaroid.timeseries.window;

/** Variance or standard deviation. */
final class Moments extends Running {
    private static final double DROP = 16;

    private final int ddof;
    private final boolean root;
    private final Twofold sum = new Twofold();
    private final Twofold squares = new Twofold();
    private int special;
    private double peak;
    private double newest;
    private int equal;

    /**
     * @param ddof what is taken off the number of values in the divisor
     * @param root whether the result is the square root of the variance
     */
    Moments(Values values, int minSamples, int ddof, boolean root) {
        super(values, minSamples);
        this.ddof = ddof;
        this.root = root;
    }

    @Override
    void clear() {
        sum.clear();
        squares.clear();
        special = 0;
        peak = 0;
        equal = 0;
    }

    @Override
    void add(int at) {
        double x = values.numbers()[at];
        if (Double.isFinite(x)) {
            sum.add(x);
            squares.addProduct(x, x, 1);
            peak = Math.max(peak, squares.value());
        } else {
            special++;
        }
        equal = x == newest && equal > 0 ? equal + 1 : 1;
        newest = x;
    }

    @Override
    void remove(int at) {
        double x = values.numbers()[at];
        if (Double.isFinite(x)) {
            sum.add(-x);
            squares.addProduct(x, x, -1);
        } else {
            special--;
        }
    }

    @Override
    void emit(int cell, Cells out) {
        if (samples <= ddof || samples == 0) {
            return;
        }
        if (special > 0) {
            out.put(cell, Double.NaN);
            return;
        }
        // What much greater numbers have left behind in the low parts is more than the spread may be.
        if (squares.value() < peak / DROP) {
            clear();
            addAgain();
        }
        double spread = equal >= samples ? 0 : Math.max(0, Twofold.spread(samples, squares, sum, sum));
        double variance = spread / ((double) samples * (samples - ddof));
        out.put(cell, root ? Math.sqrt(variance) : variance);
    }
}
