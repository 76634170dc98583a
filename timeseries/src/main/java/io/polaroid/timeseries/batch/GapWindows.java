package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.result.Result;
import java.util.Arrays;

/**
 * Windows with those between them that held no rows.
 *
 * @param sources which of the windows with rows each is; -1 for one without
 * @param groups the group of each
 * @param starts its lower bound
 * @param ends its upper bound
 */
record GapWindows(int[] sources, int[] groups, long[] starts, long[] ends) {
    /** What the arrays have of a window while they grow. */
    private static final int WINDOW_BYTES = 96;

    /** Where windows are. */
    interface Steps {
        /** Lower bound of the window that comes this many after the one that starts at the origin. */
        long start(long origin, long index);

        /** Upper bound of the window that starts here. */
        long end(long start);
    }

    int count() {
        return sources.length;
    }

    boolean isFirstOfGroup(int index) {
        return index == 0 || groups[index] != groups[index - 1];
    }

    /** A row of each window's series. */
    int[] firstRows(FoundWindows found) {
        int[] rows = new int[sources.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = isFirstOfGroup(i) ? found.firstRows()[sources[i]] : rows[i - 1];
        }
        return rows;
    }

    /** What each is labelled with; one without rows has no first row, and takes its start. */
    long[] labels(Label label, long[] found) {
        long[] labels = new long[sources.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = sources[i] >= 0 ? found[sources[i]] : label == Label.RIGHT ? ends[i] : starts[i];
        }
        return labels;
    }

    /** The windows, and those between them; or {@code BUDGET_EXCEEDED}. */
    static Result<GapWindows> between(FoundWindows found, Steps steps) {
        var all = new Growing(found.count());
        int most = MadeRows.most(WINDOW_BYTES);
        long made = 0;
        long origin = 0;
        long index = 0;
        for (int i = 0; i < found.count(); i++) {
            int group = found.groups()[i];
            boolean first = i == 0 || group != found.groups()[i - 1];
            if (first) {
                origin = found.origins().length == 0 ? found.starts()[i] : found.origins()[group];
                index = 0;
            }
            for (long start = steps.start(origin, index);
                    start < found.starts()[i];
                    start = steps.start(origin, ++index)) {
                if (!first) {
                    all.add(-1, group, start, steps.end(start));
                    made++;
                }
                if (made > most) {
                    return Result.err(MadeRows.problem(WINDOW_BYTES));
                }
            }
            all.add(i, group, found.starts()[i], found.ends()[i]);
            index++;
        }
        return Result.ok(all.done());
    }

    private static final class Growing {
        private int[] sources;
        private int[] groups;
        private long[] starts;
        private long[] ends;
        private int count;

        Growing(int expected) {
            int size = Math.max(16, expected);
            sources = new int[size];
            groups = new int[size];
            starts = new long[size];
            ends = new long[size];
        }

        void add(int source, int group, long start, long end) {
            if (count == sources.length) {
                int more = Math.multiplyExact(count, 2);
                sources = Arrays.copyOf(sources, more);
                groups = Arrays.copyOf(groups, more);
                starts = Arrays.copyOf(starts, more);
                ends = Arrays.copyOf(ends, more);
            }
            sources[count] = source;
            groups[count] = group;
            starts[count] = start;
            ends[count++] = end;
        }

        GapWindows done() {
            return new GapWindows(
                    Arrays.copyOf(sources, count),
                    Arrays.copyOf(groups, count),
                    Arrays.copyOf(starts, count),
                    Arrays.copyOf(ends, count));
        }
    }
}
