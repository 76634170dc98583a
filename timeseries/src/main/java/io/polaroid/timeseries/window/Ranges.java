package io.polaroid.timeseries.window;

/** Windows of one series: ranges of its rows, by position. The arrays are used again for the next series. */
public final class Ranges {
    private static final int AT_ONCE = 4;
    private static final int SIGN = Long.SIZE - 1;

    private int[] from = new int[16];
    private int[] to = new int[16];
    private int count;

    /** How many windows there are. */
    public int count() {
        return count;
    }

    /** Where each window starts. Not a copy; longer than {@link #count}. */
    public int[] from() {
        return from;
    }

    /** Where each window ends, exclusive; not before it starts. Not a copy; longer than {@link #count}. */
    public int[] to() {
        return to;
    }

    /**
     * A window of {@code size} rows for each of the rows {@code [first, end)}, cut off at both ends of the series.
     *
     * @param after how many of these rows come after the row itself
     */
    public Ranges rows(int first, int end, int size, int after) {
        reserve(end - first);
        for (int row = first; row < end; row++) {
            long last = Math.min(end, (long) row + after + 1);
            to[count] = (int) last;
            from[count] = (int) Math.min(last, Math.max(first, (long) row + after + 1 - size));
            count++;
        }
        return this;
    }

    /**
     * The rows out of {@code [first, end)} in windows of time.
     *
     * @param times of the rows, ascending
     * @param windows how many windows
     * @param starts the first time of each window; what is earlier is not in it
     * @param ends the first time after each window
     */
    public Ranges times(long[] times, int first, int end, int windows, long[] starts, long[] ends) {
        reserve(windows);
        int low = first;
        int high = first;
        long lastStart = Long.MIN_VALUE;
        long lastEnd = Long.MIN_VALUE;
        for (int i = 0; i < windows; i++) {
            long start = starts[i];
            long stop = ends[i];
            // Where a calendar turns its clock back, windows may too.
            low = start < lastStart ? first : low;
            high = stop < lastEnd ? first : high;
            while (low < end && times[low] < start) {
                low++;
            }
            while (high < end && times[high] < stop) {
                high++;
            }
            from[i] = Math.min(low, high);
            to[i] = high;
            lastStart = start;
            lastEnd = stop;
        }
        count = windows;
        return this;
    }

    /**
     * The rows out of {@code [first, end)} from {@code low} to before {@code high} units around each anchor.
     *
     * <p>How many rows leave at a step cannot be foretold, so up to four are compared at once, without a branch on any of them.
     *
     * @param times of the rows, ascending
     * @param anchors ascending; those {@code [from, from + windows)} are taken, and none of them or of the times lies so near the ends of
     *     64 bits that a sum with low or high, or the difference of two, overflows
     */
    public Ranges around(
            long[] times, int first, int end, long[] anchors, int fromAnchor, int windows, Distance distance) {
        reserve(windows);
        int enter = first;
        int leave = first;
        for (int i = 0; i < windows; i++) {
            long start = anchors[fromAnchor + i] + distance.low();
            long stop = anchors[fromAnchor + i] + distance.high();
            int passed = AT_ONCE;
            while (passed == AT_ONCE && leave + AT_ONCE <= end) {
                passed = (int) (times[leave] - start >>> SIGN)
                        + (int) (times[leave + 1] - start >>> SIGN)
                        + (int) (times[leave + 2] - start >>> SIGN)
                        + (int) (times[leave + 3] - start >>> SIGN);
                leave += passed;
            }
            while (passed == AT_ONCE && leave < end && times[leave] < start) {
                leave++;
            }
            while (enter < end && times[enter] < stop) {
                enter++;
            }
            from[i] = Math.min(leave, enter);
            to[i] = enter;
        }
        count = windows;
        return this;
    }

    /**
     * From where to where a window reaches around its anchor.
     *
     * @param low the first unit that is in it
     * @param high the first unit after it
     */
    public record Distance(long low, long high) {}

    /** The first row of any window; 0 without windows. */
    int firstRow() {
        int least = count == 0 ? 0 : from[0];
        for (int i = 1; i < count; i++) {
            least = Math.min(least, from[i]);
        }
        return least;
    }

    /** The row after the last of any window. */
    int endRow() {
        int most = 0;
        for (int i = 0; i < count; i++) {
            most = Math.max(most, to[i]);
        }
        return most;
    }

    /** The longest window. */
    int longest() {
        int most = 0;
        for (int i = 0; i < count; i++) {
            most = Math.max(most, to[i] - from[i]);
        }
        return most;
    }

    private void reserve(int windows) {
        count = 0;
        if (from.length < windows) {
            from = new int[Math.max(windows, from.length * 2)];
            to = new int[from.length];
        }
    }
}
