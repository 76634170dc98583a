package io.polaroid.timeseries.window;

/** Sum or mean of doubles, in two parts: what rounding loses is kept, so that removing a row undoes adding it. */
final class Sums extends Running {
    private static final long GREATEST = Double.doubleToRawLongBits(1e290);

    private final boolean mean;
    private final PrefixSums prefixes;
    private double high;
    private double low;
    private int notNumbers;
    private int positive;
    private int negative;
    private boolean overflowed;

    Sums(Values values, int minSamples, boolean mean) {
        super(values, minSamples);
        this.mean = mean;
        this.prefixes = new PrefixSums(values.numbers());
    }

    @Override
    void clear() {
        high = 0;
        low = 0;
        notNumbers = 0;
        positive = 0;
        negative = 0;
        overflowed = false;
    }

    @Override
    public void run(Ranges windows, int first, Cells out) {
        if (!values.hasNulls() && runPrefixes(windows, first, out)) {
            return;
        }
        if (!values.hasNulls() && isTame(windows.firstRow(), windows.endRow())) {
            runTame(windows, first, out);
        } else {
            super.run(windows, first, out);
        }
    }

    /** Whether all windows are done; what was done of them is otherwise done again. */
    private boolean runPrefixes(Ranges windows, int first, Cells out) {
        if (windows.longest() > PrefixSums.MOST_ROWS / 2) {
            return false;
        }
        int[] from = windows.from();
        int[] to = windows.to();
        int next = 0;
        while (next < windows.count()) {
            int start = next;
            int end = from[start];
            while (next < windows.count()
                    && from[next] >= from[start]
                    && to[next] - from[start] <= PrefixSums.MOST_ROWS) {
                end = Math.max(end, to[next++]);
            }
            if (!prefixes.load(from[start], end)) {
                return false;
            }
            for (int i = start; i < next; i++) {
                int n = to[i] - from[i];
                if (n >= minSamples && (n > 0 || !mean)) {
                    double sum = prefixes.sum(from[i], to[i]);
                    out.numbers()[first + i] = mean ? sum / n : sum;
                    out.valid()[first + i] = true;
                }
            }
        }
        return true;
    }

    // Without NaN, infinities and numbers so great that a sum of them may overflow: no bits above those of 1e290.
    private boolean isTame(int first, int end) {
        long above = 0;
        double[] numbers = values.numbers();
        for (int at = first; at < end; at++) {
            above |= GREATEST - (Double.doubleToRawLongBits(numbers[at]) & Long.MAX_VALUE);
        }
        return above >= 0;
    }

    private void runTame(Ranges windows, int first, Cells out) {
        int[] from = windows.from();
        int[] to = windows.to();
        double[] numbers = values.numbers();
        int enter = 0;
        int leave = 0;
        double sum = 0;
        double lost = 0;
        for (int i = 0; i < windows.count(); i++) {
            int start = from[i];
            int end = to[i];
            if (start >= enter || start < leave || end < enter) {
                sum = 0;
                lost = 0;
                leave = start;
                enter = start;
            }
            while (enter < end) {
                double x = numbers[enter++];
                double next = sum + x;
                double part = next - sum;
                lost += (sum - (next - part)) + (x - part);
                sum = next;
            }
            while (leave < start) {
                double x = -numbers[leave++];
                double next = sum + x;
                double part = next - sum;
                lost += (sum - (next - part)) + (x - part);
                sum = next;
            }
            int n = end - start;
            if (n >= minSamples && (n > 0 || !mean)) {
                out.numbers()[first + i] = mean ? (sum + lost) / n : sum + lost;
                out.valid()[first + i] = true;
            }
        }
    }

    @Override
    void add(int at) {
        double x = values.numbers()[at];
        if (isSpecial(x, 1)) {
            return;
        }
        plus(x);
    }

    @Override
    void remove(int at) {
        double x = values.numbers()[at];
        if (isSpecial(x, -1)) {
            return;
        }
        plus(-x);
    }

    private boolean isSpecial(double x, int count) {
        if (Math.abs(x) < Double.POSITIVE_INFINITY) {
            return false;
        }
        if (Double.isNaN(x)) {
            notNumbers += count;
        } else if (x > 0) {
            positive += count;
        } else {
            negative += count;
        }
        return true;
    }

    private void plus(double x) {
        double next = high + x;
        double part = next - high;
        low += (high - (next - part)) + (x - part);
        high = next;
        overflowed |= Math.abs(next) == Double.POSITIVE_INFINITY || Double.isNaN(next);
    }

    @Override
    void emit(int cell, Cells out) {
        if (samples == 0 && mean) {
            return;
        }
        out.put(cell, mean ? value() / samples : value());
        if (samples == 0) {
            clear();
        }
    }

    private double value() {
        if (notNumbers > 0 || positive > 0 && negative > 0) {
            return Double.NaN;
        }
        if (positive > 0 || negative > 0) {
            return positive > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        }
        return overflowed ? high : high + low;
    }
}
