package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.RowWindows;
import io.polaroid.timeseries.column.Groups;
import java.util.Arrays;

/** Finds windows series by series; they may overlap, and their steps may follow the calendar. */
final class RangeSearch {
    /** What the arrays have of a window while they grow. */
    private static final int WINDOW_BYTES = 128;

    private RangeSearch() {}

    /**
     * The windows of all series that hold rows.
     *
     * @param groups whose rows ascend by time
     * @param order the groups in the order of the result
     * @throws io.polaroid.timeseries.result.PolaroidException {@code BUDGET_EXCEEDED} if there are too many beyond one for each row
     */
    static FoundWindows of(DynamicWindows windows, Groups groups, long[] times, int[] order) {
        var found = new FoundWindows.List();
        var ranges = new Ranges();
        int[] rows = groups.rows();
        long[] own = new long[0];
        long[] origins = new long[groups.count()];
        for (int group : order) {
            int first = groups.starts()[group];
            int count = groups.size(group);
            own = own.length < count ? new long[count] : own;
            for (int i = 0; i < count; i++) {
                own[i] = times[rows[first + i]];
            }
            if (count > 0) {
                origins[group] = windows.firstStart(own[0]);
                windows.forEach(own, count, (start, end, from, to) -> {
                    MadeRows.check(found.count - (long) times.length, WINDOW_BYTES);
                    found.add(group, start, end, rows[first + from]);
                    ranges.add(first + from, first + to);
                });
            }
        }
        int[] emit = new int[found.count];
        for (int i = 0; i < emit.length; i++) {
            emit[i] = i;
        }
        return found.in(emit, ranges.of(rows), origins);
    }

    /** Ranges as they are found. */
    static final class Ranges {
        private int[] from = new int[64];
        private int[] to = new int[64];
        private int count;

        void add(int start, int end) {
            if (count == from.length) {
                from = Arrays.copyOf(from, Math.multiplyExact(count, 2));
                to = Arrays.copyOf(to, from.length);
            }
            from[count] = start;
            to[count++] = end;
        }

        RowWindows of(int[] rows) {
            return RowWindows.ranges(rows, Arrays.copyOf(from, count), Arrays.copyOf(to, count));
        }
    }
}
