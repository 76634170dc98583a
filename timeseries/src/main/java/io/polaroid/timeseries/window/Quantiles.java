package io.polaroid.timeseries.window;

/** A quantile: O(log n) a row in long windows. */
final class Quantiles extends Running {
    private static final int SHORT_WINDOW = 512;

    private final double quantile;
    private final Interpolation interpolation;
    private Sorted sorted;

    Quantiles(Values values, int minSamples, double quantile, Interpolation interpolation) {
        super(values, minSamples);
        this.quantile = quantile;
        this.interpolation = interpolation;
        this.sorted = new Sorted.Row(values.numbers());
    }

    @Override
    public void run(Ranges windows, int first, Cells out) {
        if (windows.longest() > SHORT_WINDOW) {
            sorted = new Sorted.Tree(values, windows.firstRow(), windows.endRow());
        } else {
            sorted = new Sorted.Row(values.numbers());
        }
        super.run(windows, first, out);
    }

    @Override
    void clear() {
        sorted.clear();
    }

    @Override
    void add(int at) {
        sorted.add(at);
    }

    @Override
    void remove(int at) {
        sorted.remove(at);
    }

    @Override
    void emit(int cell, Cells out) {
        if (samples > 0) {
            out.put(cell, interpolation.of(sorted, samples, quantile));
        }
    }
}
