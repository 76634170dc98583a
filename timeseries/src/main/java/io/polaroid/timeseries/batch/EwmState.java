package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.Slots;

/** The running state of one series, which can be kept in slots. The recursions are those of pandas and Polars, so that results agree to rounding. */
public final class EwmState {
    /** How many double slots it takes. */
    public static final int SLOTS = 6;

    private final Ewm options;
    private final double factor;
    private final double newWeight;
    private double mean;
    private double variance;
    private double weights = 1;
    private double squaredWeights = 1;
    private double oldWeight = 1;
    private int samples;

    /** The state before the first row. */
    public EwmState(Ewm options) {
        this.options = options;
        double alpha = options.decay().alpha();
        this.factor = 1 - alpha;
        this.newWeight = options.adjust() ? 1 : alpha;
    }

    /** Goes on where {@link #keep} left off. */
    public void recall(Slots slots, int first) {
        mean = slots.doubleAt(first);
        variance = slots.doubleAt(first + 1);
        weights = slots.doubleAt(first + 2);
        squaredWeights = slots.doubleAt(first + 3);
        oldWeight = slots.doubleAt(first + 4);
        samples = (int) slots.doubleAt(first + 5);
    }

    /** Writes the state into slots. */
    public void keep(Slots slots, int first) {
        slots.setDouble(first, mean);
        slots.setDouble(first + 1, variance);
        slots.setDouble(first + 2, weights);
        slots.setDouble(first + 3, squaredWeights);
        slots.setDouble(first + 4, oldWeight);
        slots.setDouble(first + 5, samples);
    }

    /** Takes in the next row, which may have no value. */
    public void take(boolean has, double value) {
        if (samples == 0) {
            if (has) {
                mean = value;
                samples = 1;
            }
            return;
        }
        if (!has && options.ignoreNulls()) {
            return;
        }
        weights *= factor;
        squaredWeights *= factor * factor;
        oldWeight *= factor;
        if (has) {
            samples++;
            add(value);
        }
    }

    private void add(double value) {
        double both = oldWeight + newWeight;
        double before = mean;
        mean = mean(value, both);
        double moved = before - mean;
        double off = value - mean;
        variance = (oldWeight * (variance + moved * moved) + newWeight * off * off) / both;
        weights += newWeight;
        squaredWeights += newWeight * newWeight;
        oldWeight = both;
        if (!options.adjust()) {
            weights /= oldWeight;
            squaredWeights /= oldWeight * oldWeight;
            oldWeight = 1;
        }
    }

    /** As Polars: the mean that is given moves towards the value, from an infinite one nowhere; that of variances is made of both. */
    private double mean(double value, double both) {
        if (options.kind() == Ewm.Kind.MEAN) {
            return mean + (value - mean) * (newWeight / both);
        }
        return mean == value ? mean : (oldWeight * mean + newWeight * value) / both;
    }

    /** Whether the rows so far have a result. */
    public boolean hasResult() {
        boolean enough = samples >= Math.max(1, options.minSamples());
        return enough && (options.kind() == Ewm.Kind.MEAN || options.bias() || weights * weights > squaredWeights);
    }

    /** The result of the rows so far. */
    public double result() {
        if (options.kind() == Ewm.Kind.MEAN) {
            return mean;
        }
        double squared = weights * weights;
        double result = options.bias() ? variance : squared / (squared - squaredWeights) * variance;
        return options.kind() == Ewm.Kind.STD ? Math.sqrt(result) : result;
    }
}
