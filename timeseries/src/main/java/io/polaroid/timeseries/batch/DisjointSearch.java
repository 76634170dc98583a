package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.RowWindows;
import java.util.Arrays;

/**
 * Finds windows that share no rows in one pass over the table, whatever the order of its series: each series has one window open.
 */
final class DisjointSearch {
    /** What says which window a time of a series is in. */
    interface Edges {
        /** A series' first time, before any window is asked for. */
        void first(int group, long time);

        /**
         * Finds the window of a time, not before the one found last.
         *
         * @return whether there is one
         */
        boolean find(int group, long time);

        /** Lower bound of the window that was found. */
        long start();

        /** Upper bound of the window that was found. */
        long end();

        /** The first time for which it has to be asked again. */
        long limit();
    }

    private final FoundWindows.List found = new FoundWindows.List();
    private final int[] codes;
    private final long[] times;
    private final int[] slots;

    /**
     * A search.
     *
     * @param codes group of each row; empty if all are of group 0
     */
    DisjointSearch(int[] codes, long[] times) {
        this.codes = codes;
        this.times = times;
        this.slots = new int[times.length];
    }

    /**
     * Runs it.
     *
     * @return the first row whose time is less than that of its series' row before; -1 if all ascend
     */
    int run(Edges edges, int groups) {
        return codes.length == 0 && groups == 1 ? runSingle(edges) : runMany(edges, groups);
    }

    private int runSingle(Edges edges) {
        if (times.length == 0) {
            return -1;
        }
        edges.first(0, times[0]);
        long limit = Long.MIN_VALUE;
        long last = Long.MIN_VALUE;
        int slot = -1;
        int held = -1;
        for (int row = 0; row < times.length; row++) {
            long time = times[row];
            if (time < last) {
                return row;
            }
            last = time;
            if (time >= limit) {
                boolean in = edges.find(0, time);
                held = in ? slot(edges, 0, row, held) : held;
                slot = in ? held : -1;
                limit = in ? edges.limit() : time;
            }
            slots[row] = slot;
        }
        return -1;
    }

    private int runMany(Edges edges, int groups) {
        long[] limits = new long[groups];
        long[] lasts = new long[groups];
        int[] open = new int[groups];
        boolean[] seen = new boolean[groups];
        Arrays.fill(limits, Long.MIN_VALUE);
        Arrays.fill(lasts, Long.MIN_VALUE);
        int[] held = new int[groups];
        Arrays.fill(held, -1);
        for (int row = 0; row < times.length; row++) {
            long time = times[row];
            int group = codes[row];
            if (time < lasts[group]) {
                return row;
            }
            lasts[group] = time;
            if (time >= limits[group]) {
                if (!seen[group]) {
                    seen[group] = true;
                    edges.first(group, time);
                }
                boolean in = edges.find(group, time);
                held[group] = in ? slot(edges, group, row, held[group]) : held[group];
                open[group] = in ? held[group] : -1;
                limits[group] = in ? edges.limit() : time;
            }
            slots[row] = open[group];
        }
        return -1;
    }

    // A window that a break interrupted goes on.
    private int slot(Edges edges, int group, int row, int held) {
        return held >= 0 && found.starts[held] == edges.start()
                ? held
                : found.add(group, edges.start(), edges.end(), row);
    }

    /**
     * What was found.
     *
     * @param order the groups in the order of the result
     */
    FoundWindows windows(int[] order) {
        int[] emit = found.emit(order);
        return found.in(emit, RowWindows.disjoint(slots, found.count, emit), new long[0]);
    }
}
