package io.polaroid.timeseries.operator;

/** The times of rows, ascending. */
public interface SortedRows {
    /** How many rows there are. */
    int size();

    /** Event time of row {@code index}, ns since 1970 UTC. */
    long timeNanos(int index);

    /** Index of the first row at or after a time; {@link #size} if none. */
    default int lowerBound(long timeNanos) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (timeNanos(middle) < timeNanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** {@link #upperBound(long)} with few looks where the answer is not far from an index, which may be out of range. */
    default int upperBound(long timeNanos, int near) {
        int size = size();
        int low = Math.clamp(near, 0, size);
        int high = low;
        int step = 1;
        // All rows below low are at or before the time, all from high on after it.
        while (high < size && timeNanos(high) <= timeNanos) {
            low = high + 1;
            high = Math.min(size, low + step - 1);
            step *= 2;
        }
        step = 1;
        while (low > 0 && low == high && timeNanos(low - 1) > timeNanos || low > 0 && timeNanos(low - 1) > timeNanos) {
            high = low - 1;
            low = Math.max(0, high - step);
            step *= 2;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (timeNanos(middle) <= timeNanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Index of the first row after a time; {@link #size} if none. */
    default int upperBound(long timeNanos) {
        return timeNanos == Long.MAX_VALUE ? size() : lowerBound(timeNanos + 1);
    }
}
