package io.polaroid.timeseries.column;

/** Stable order of rows by time. */
public final class Order {
    private static final int SMALL = 16;

    private Order() {}

    /** The rows of a table in ascending order of time; rows of equal time stay in their order. */
    public static int[] ascending(long[] times) {
        int[] rows = new int[times.length];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = row;
        }
        sort(rows, 0, rows.length, times, new int[rows.length]);
        return rows;
    }

    /**
     * Sorts rows {@code [from, to)} of a list by time, stably: merges from below, and leaves alone what ascends already.
     *
     * @param scratch at least as long as the range
     */
    static void sort(int[] rows, int from, int to, long[] times, int[] scratch) {
        for (int start = from; start < to; start += SMALL) {
            insert(rows, start, Math.min(start + SMALL, to), times);
        }
        for (int width = SMALL; width < to - from; width *= 2) {
            for (int start = from; start < to - width; start += 2 * width) {
                int middle = start + width;
                if (times[rows[middle - 1]] > times[rows[middle]]) {
                    merge(rows, start, middle, Math.min(middle + width, to), times, scratch);
                }
            }
        }
    }

    private static void insert(int[] rows, int from, int to, long[] times) {
        for (int i = from + 1; i < to; i++) {
            int row = rows[i];
            long time = times[row];
            int at = i;
            while (at > from && times[rows[at - 1]] > time) {
                rows[at] = rows[at - 1];
                at--;
            }
            rows[at] = row;
        }
    }

    private static void merge(int[] rows, int from, int middle, int to, long[] times, int[] scratch) {
        int length = middle - from;
        System.arraycopy(rows, from, scratch, 0, length);
        int left = 0;
        int right = middle;
        int at = from;
        while (left < length && right < to) {
            rows[at++] = times[rows[right]] < times[scratch[left]] ? rows[right++] : scratch[left++];
        }
        System.arraycopy(scratch, left, rows, at, length - left);
    }
}
