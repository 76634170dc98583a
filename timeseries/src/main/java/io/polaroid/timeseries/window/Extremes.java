package io.polaroid.timeseries.window;

/**
 * Least or greatest value, by a queue of the rows that may still become it: each row is put in and taken out once.
 *
 * <p>-0.0 is below 0.0. NaN either makes the result NaN, or counts for nothing unless there is nothing else.
 */
final class Extremes extends Running {
    private final boolean greatest;
    private final boolean whole;
    private final boolean nanWins;
    private int[] queue = new int[64];
    private int first;
    private int end;
    private int notNumbers;

    Extremes(Values values, int minSamples, boolean greatest, boolean nanWins) {
        super(values, minSamples);
        this.greatest = greatest;
        this.whole = values.isWhole();
        this.nanWins = nanWins;
    }

    @Override
    void clear() {
        first = 0;
        end = 0;
        notNumbers = 0;
    }

    @Override
    void add(int at) {
        if (!whole && Double.isNaN(values.numbers()[at])) {
            notNumbers++;
            return;
        }
        while (end > first && !beats(queue[end - 1], at)) {
            end--;
        }
        if (end == queue.length) {
            compact();
        }
        queue[end++] = at;
    }

    private void compact() {
        int held = end - first;
        int[] to = held > queue.length / 2 ? new int[queue.length * 2] : queue;
        System.arraycopy(queue, first, to, 0, held);
        queue = to;
        first = 0;
        end = held;
    }

    /** Whether a row that came before stays ahead of one that comes now. */
    private boolean beats(int held, int at) {
        if (whole) {
            long a = values.wholes()[held];
            long b = values.wholes()[at];
            return greatest ? a > b : a < b;
        }
        double a = values.numbers()[held];
        double b = values.numbers()[at];
        return a == b ? Double.compare(a, b) == (greatest ? 1 : -1) : greatest ? a > b : a < b;
    }

    @Override
    void remove(int at) {
        if (first < end && queue[first] == at) {
            first++;
        } else if (!whole && Double.isNaN(values.numbers()[at])) {
            notNumbers--;
        }
    }

    @Override
    void emit(int cell, Cells out) {
        if (samples == 0) {
            return;
        }
        if (whole) {
            out.put(cell, values.wholes()[queue[first]]);
        } else {
            boolean nan = notNumbers > 0 && (nanWins || first == end);
            out.put(cell, nan ? Double.NaN : values.numbers()[queue[first]]);
        }
    }
}
