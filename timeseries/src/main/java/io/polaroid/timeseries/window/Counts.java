package io.polaroid.timeseries.window;

/** How many values a window has. */
final class Counts extends Running {
    Counts(Values values, int minSamples) {
        super(values, minSamples);
    }

    @Override
    void clear() {}

    @Override
    void add(int at) {}

    @Override
    void remove(int at) {}

    @Override
    void emit(int cell, Cells out) {
        out.put(cell, (long) samples);
    }
}
