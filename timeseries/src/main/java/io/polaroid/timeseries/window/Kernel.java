package io.polaroid.timeseries.window;

/** A statistic over windows of one series after another. Holds state: one thread at a time. */
public interface Kernel {
    /**
     * Fills a cell for each window.
     *
     * @param windows windows as positions of rows
     * @param out where the cell of window k goes to position {@code first + k}
     */
    void run(Ranges windows, int first, Cells out);
}
