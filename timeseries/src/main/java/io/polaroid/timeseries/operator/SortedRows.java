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

    /** Index of the first row after a time; {@link #size} if none. */
    default int upperBound(long timeNanos) {
        return timeNanos == Long.MAX_VALUE ? size() : lowerBound(timeNanos + 1);
    }
}
