package io.polaroid.topology.view;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose results wait to be published, in the order in which that happens: by time, name of the series and sequence. A binary
 * heap in arrays; rows that come in order cost next to nothing to add.
 */
final class WaitingRows {
    private final SeriesNumbers names;
    private long[] times = new long[64];
    private long[] sequences = new long[64];
    private int[] series = new int[64];
    private @Nullable Object[] extras = new Object[64];
    private int size;

    WaitingRows(SeriesNumbers names) {
        this.names = names;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** How many; they stand at 0 to size - 1 in no order but that the first one is at 0. */
    int size() {
        return size;
    }

    /** About what it takes on the heap. */
    long heapBytes() {
        return times.length * (2L * Long.BYTES + Integer.BYTES + Long.BYTES);
    }

    long timeNanos(int at) {
        return times[at];
    }

    long sequence(int at) {
        return sequences[at];
    }

    int series(int at) {
        return series[at];
    }

    @Nullable
    Object extra(int at) {
        return extras[at];
    }

    void setExtra(int at, @Nullable Object extra) {
        extras[at] = extra;
    }

    /**
     * Adds a row.
     *
     * @param extra what the view wants to know of it later
     */
    void add(int number, long timeNanos, long sequence, @Nullable Object extra) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            sequences = Arrays.copyOf(sequences, size * 2);
            series = Arrays.copyOf(series, size * 2);
            extras = Arrays.copyOf(extras, size * 2);
        }
        int at = size++;
        while (at > 0) {
            int parent = at - 1 >>> 1;
            if (!isBefore(timeNanos, number, sequence, parent)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, number, timeNanos, sequence, extra);
    }

    /** Takes out the first row. */
    void remove() {
        int last = --size;
        long time = times[last];
        long sequence = sequences[last];
        int number = series[last];
        Object extra = extras[last];
        extras[last] = null;
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(times[child + 1], series[child + 1], sequences[child + 1], child)) {
                child++;
            }
            if (isBefore(time, number, sequence, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        if (size > 0) {
            put(at, number, time, sequence, extra);
        }
    }

    private boolean isBefore(long time, int number, long sequence, int other) {
        if (time != times[other]) {
            return time < times[other];
        }
        if (number != series[other]) {
            return names.name(number).compareTo(names.name(series[other])) < 0;
        }
        return sequence < sequences[other];
    }

    private void move(int from, int to) {
        times[to] = times[from];
        sequences[to] = sequences[from];
        series[to] = series[from];
        extras[to] = extras[from];
    }

    private void put(int at, int number, long time, long sequence, @Nullable Object extra) {
        times[at] = time;
        sequences[at] = sequence;
        series[at] = number;
        extras[at] = extra;
    }
}
