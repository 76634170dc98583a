package io.polaroid.timeseries.window;

/** A kernel that looks at all rows of each window anew: O(rows of the window) a row. */
abstract class Whole implements Kernel {
    final Values values;
    private final int minSamples;

    Whole(Values values, int minSamples) {
        this.values = values;
        this.minSamples = minSamples;
    }

    /**
     * Writes the cell of a window unless it is null.
     *
     * @param samples how many rows {@code [from, to)} have a value
     */
    abstract void emit(int from, int to, int samples, int cell, Cells out);

    @Override
    public final void run(Ranges windows, int first, Cells out) {
        for (int i = 0; i < windows.count(); i++) {
            int from = windows.from()[i];
            int to = windows.to()[i];
            int samples = 0;
            for (int at = from; at < to; at++) {
                samples += values.has(at) ? 1 : 0;
            }
            if (samples >= minSamples && samples > 0) {
                emit(from, to, samples, first + i, out);
            }
        }
    }
}
