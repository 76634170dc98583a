package io.polaroid.timeseries.window;

/** A kernel to which rows are added and from which they are removed in the same order. */
abstract class Running implements Kernel {
    final Values values;
    final int minSamples;
    int samples;
    private int low;
    private int high;

    /**
     * @param minSamples a window with fewer values than this is null
     */
    Running(Values values, int minSamples) {
        this.values = values;
        this.minSamples = minSamples;
    }

    /** No rows. */
    abstract void clear();

    abstract void add(int at);

    /** Takes out the row that was added first. */
    abstract void remove(int at);

    /** Writes the cell of the rows that are in, unless it is null; there are {@code minSamples}. */
    abstract void emit(int cell, Cells out);

    @Override
    public void run(Ranges windows, int first, Cells out) {
        int[] from = windows.from();
        int[] to = windows.to();
        low = 0;
        high = 0;
        empty();
        for (int i = 0; i < windows.count(); i++) {
            // Nothing in common with the window before, or time that runs backwards.
            if (from[i] >= high || from[i] < low || to[i] < high) {
                empty();
                low = from[i];
                high = from[i];
            }
            while (high < to[i]) {
                if (values.has(high)) {
                    add(high);
                    samples++;
                }
                high++;
            }
            while (low < from[i]) {
                if (values.has(low)) {
                    remove(low);
                    samples--;
                }
                low++;
            }
            if (samples >= minSamples) {
                emit(first + i, out);
            }
        }
    }

    /** Adds the rows that are in once more, to a state that was cleared. */
    final void addAgain() {
        for (int at = low; at < high; at++) {
            if (values.has(at)) {
                add(at);
            }
        }
    }

    private void empty() {
        samples = 0;
        clear();
    }
}
