package io.polaroid.timeseries.window;

import java.util.Arrays;

/** Rank of the last row of a window among all of its rows; null where that row has no value. */
final class Ranks extends Whole {
    private final RankMethod method;

    Ranks(Values values, int minSamples, RankMethod method) {
        super(values, minSamples);
        this.method = method;
    }

    @Override
    void emit(int from, int to, int samples, int cell, Cells out) {
        if (!values.has(to - 1)) {
            return;
        }
        double own = values.numbers()[to - 1];
        int less = 0;
        int equal = 0;
        for (int at = from; at < to; at++) {
            if (values.has(at)) {
                int order = Double.compare(values.numbers()[at], own);
                less += order < 0 ? 1 : 0;
                equal += order == 0 ? 1 : 0;
            }
        }
        switch (method) {
            case AVERAGE -> out.put(cell, less + (equal + 1) / 2.0);
            case MIN -> out.put(cell, less + 1L);
            case MAX -> out.put(cell, (long) less + equal);
            case DENSE -> out.put(cell, dense(from, to, own));
        }
    }

    private long dense(int from, int to, double own) {
        double[] less = new double[to - from];
        int count = 0;
        for (int at = from; at < to; at++) {
            if (values.has(at) && Double.compare(values.numbers()[at], own) < 0) {
                less[count++] = values.numbers()[at];
            }
        }
        Arrays.sort(less, 0, count);
        long distinct = 1;
        for (int i = 0; i < count; i++) {
            distinct += i == 0 || Double.compare(less[i], less[i - 1]) != 0 ? 1 : 0;
        }
        return distinct;
    }
}
