package io.polaroid.timeseries.window;

/** Covariance or correlation of two columns, over the rows where both have a value. */
final class Pairs extends Running {
    private final double[] left;
    private final double[] right;
    private final int ddof;
    private final boolean correlation;
    private final Twofold sumLeft = new Twofold();
    private final Twofold sumRight = new Twofold();
    private final Twofold products = new Twofold();
    private final Twofold leftSquares = new Twofold();
    private final Twofold rightSquares = new Twofold();
    private int special;

    private Pairs(Values both, double[] right, int minSamples, int ddof, boolean correlation) {
        super(both, minSamples);
        this.left = both.numbers();
        this.right = right;
        this.ddof = ddof;
        this.correlation = correlation;
    }

    static Pairs of(Values left, Values right, int minSamples, int ddof, boolean correlation) {
        boolean[] valid = left.valid();
        if (left.hasNulls() || right.hasNulls()) {
            valid = new boolean[left.numbers().length];
            for (int at = 0; at < valid.length; at++) {
                valid[at] = left.has(at) && right.has(at);
            }
        }
        return new Pairs(Values.of(left.numbers(), valid), right.numbers(), minSamples, ddof, correlation);
    }

    @Override
    void clear() {
        sumLeft.clear();
        sumRight.clear();
        products.clear();
        leftSquares.clear();
        rightSquares.clear();
        special = 0;
    }

    @Override
    void add(int at) {
        move(left[at], right[at], 1);
    }

    @Override
    void remove(int at) {
        move(left[at], right[at], -1);
    }

    private void move(double x, double y, int sign) {
        if (!Double.isFinite(x) || !Double.isFinite(y)) {
            special += sign;
            return;
        }
        sumLeft.add(sign * x);
        sumRight.add(sign * y);
        products.addProduct(x, y, sign);
        if (correlation) {
            leftSquares.addProduct(x, x, sign);
            rightSquares.addProduct(y, y, sign);
        }
    }

    @Override
    void emit(int cell, Cells out) {
        if (samples == 0 || correlation && samples == 1) {
            return;
        }
        // One pair has none, whatever rounding says.
        double spread = samples == 1 ? 0 : Twofold.spread(samples, products, sumLeft, sumRight);
        double result;
        if (special > 0) {
            result = Double.NaN;
        } else if (correlation) {
            double x = Math.max(0, Twofold.spread(samples, leftSquares, sumLeft, sumLeft));
            double y = Math.max(0, Twofold.spread(samples, rightSquares, sumRight, sumRight));
            result = spread / (Math.sqrt(x) * Math.sqrt(y));
        } else {
            result = spread / ((double) samples * (samples - ddof));
        }
        out.put(cell, result);
    }
}
