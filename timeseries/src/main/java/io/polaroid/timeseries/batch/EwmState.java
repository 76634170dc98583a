package io.polaroid.timeseries.batch;

/** The running state of one series. The recursions are those of pandas and Polars, so that results agree to rounding. */
final class EwmState {
    private final Ewm options;
    private final double factor;
    private final double newWeight;
    private double mean;
    private double variance;
    private double weights = 1;
    private double squaredWeights = 1;
    private double oldWeight = 1;
    private int samples;

    EwmState(Ewm options) {
        this.options = options;
        double alpha = options.decay().alpha();
        this.factor = 1 - alpha;
        this.newWeight = options.adjust() ? 1 : alpha;
    }

    void take(boolean has, double value) {
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
        if (mean != value) {
            mean = (oldWeight * mean + newWeight * value) / both;
        }
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

    boolean hasResult() {
        boolean enough = samples >= Math.max(1, options.minSamples());
        return enough && (options.kind() == Ewm.Kind.MEAN || options.bias() || weights * weights > squaredWeights);
    }

    double result() {
        if (options.kind() == Ewm.Kind.MEAN) {
            return mean;
        }
        double squared = weights * weights;
        double result = options.bias() ? variance : squared / (squared - squaredWeights) * variance;
        return options.kind() == Ewm.Kind.STD ? Math.sqrt(result) : result;
    }
}
