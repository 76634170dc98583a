package io.polaroid.timeseries.operator;

/**
 * Rows {@code [from, to)} by index.
 *
 * @param from the first row
 * @param to the row after the last; not below {@code from}
 */
public record RowRange(int from, int to) {
    public RowRange {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("range is [" + from + ", " + to + "); 0 <= from <= to");
        }
    }

    /** The rows from one index to before another; none if they are the wrong way round. */
    static RowRange between(int from, int to) {
        return new RowRange(from, Math.max(from, to));
    }

    /** How many rows. */
    public int size() {
        return to - from;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return from == to;
    }
}
