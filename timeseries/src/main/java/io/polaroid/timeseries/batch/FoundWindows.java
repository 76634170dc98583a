package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.RowWindows;
import java.util.Arrays;

/**
 * The windows of a result, in its order.
 *
 * @param rows which rows each holds
 * @param groups the group of each
 * @param starts its lower bound
 * @param ends its upper bound
 * @param firstRows its first row
 * @param origins where the windows of each group are counted from; empty if any of them will do
 */
record FoundWindows(RowWindows rows, int[] groups, long[] starts, long[] ends, int[] firstRows, long[] origins) {
    int count() {
        return groups.length;
    }

    /** A row of each window's series; one row per series, so that keys are read from few places. */
    int[] keyRows() {
        int[] rows = new int[count()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i > 0 && groups[i] == groups[i - 1] ? rows[i - 1] : firstRows[i];
        }
        return rows;
    }

    /** Windows as they are found. */
    static final class List {
        int count;
        int[] groups = new int[64];
        long[] starts = new long[64];
        long[] ends = new long[64];
        int[] firstRows = new int[64];

        /** Adds a window, and returns its number. */
        int add(int group, long start, long end, int firstRow) {
            if (count == groups.length) {
                int more = Math.multiplyExact(count, 2);
                groups = Arrays.copyOf(groups, more);
                starts = Arrays.copyOf(starts, more);
                ends = Arrays.copyOf(ends, more);
                firstRows = Arrays.copyOf(firstRows, more);
            }
            groups[count] = group;
            starts[count] = start;
            ends[count] = end;
            firstRows[count] = firstRow;
            return count++;
        }

        /**
         * The windows by group, those of one group as they were found.
         *
         * @param order the groups in the order of the result
         */
        int[] emit(int[] order) {
            int[] next = new int[order.length + 1];
            int[] rank = new int[order.length];
            for (int i = 0; i < order.length; i++) {
                rank[order[i]] = i;
            }
            for (int window = 0; window < count; window++) {
                next[rank[groups[window]] + 1]++;
            }
            for (int i = 0; i < order.length; i++) {
                next[i + 1] += next[i];
            }
            int[] emit = new int[count];
            for (int window = 0; window < count; window++) {
                emit[next[rank[groups[window]]]++] = window;
            }
            return emit;
        }

        /** These windows in another order. */
        FoundWindows in(int[] emit, RowWindows rows, long[] origins) {
            int[] inGroups = new int[count];
            long[] inStarts = new long[count];
            long[] inEnds = new long[count];
            int[] inFirst = new int[count];
            for (int i = 0; i < count; i++) {
                int window = emit[i];
                inGroups[i] = groups[window];
                inStarts[i] = starts[window];
                inEnds[i] = ends[window];
                inFirst[i] = firstRows[window];
            }
            return new FoundWindows(rows, inGroups, inStarts, inEnds, inFirst, origins);
        }
    }
}
