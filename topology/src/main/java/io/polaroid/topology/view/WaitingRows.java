package io.polaroid.topology.view;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose results wait to be published, in the order in which that happens: by time, name of the series and sequence. Rows that
 * come in about that order stand in it and cost next to nothing; those that come far behind are in a binary heap.
 */
final class WaitingRows {
    /** How many places a row may go forward among those in order: as many as rows of one time there may well be. */
    private static final int NEAR = 32;

    private final SeriesNumbers names;
    private final Cells ordered = new Cells();
    private final Cells heap = new Cells();

    /** Where the first row in order is. */
    private int head;

    /** Behind the last row in order. */
    private int tail;

    private int heaped;
    private boolean heapIsFirst;

    /** Rows by place. */
    private static final class Cells {
        private long[] times = new long[64];
        private long[] sequences = new long[64];
        private int[] series = new int[64];
        private @Nullable Object[] extras = new Object[64];

        void grow() {
            int capacity = times.length * 2;
            times = Arrays.copyOf(times, capacity);
            sequences = Arrays.copyOf(sequences, capacity);
            series = Arrays.copyOf(series, capacity);
            extras = Arrays.copyOf(extras, capacity);
        }

        void move(int from, int to, int count) {
            System.arraycopy(times, from, times, to, count);
            System.arraycopy(sequences, from, sequences, to, count);
            System.arraycopy(series, from, series, to, count);
            System.arraycopy(extras, from, extras, to, count);
        }

        void move(int from, int to) {
            times[to] = times[from];
            sequences[to] = sequences[from];
            series[to] = series[from];
            extras[to] = extras[from];
        }

        void put(int at, int number, long time, long sequence, @Nullable Object extra) {
            times[at] = time;
            sequences[at] = sequence;
            series[at] = number;
            extras[at] = extra;
        }
    }

    WaitingRows(SeriesNumbers names) {
        this.names = names;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** How many; they stand at 0 to size - 1 in no order but that the first one is at 0. */
    int size() {
        return tail - head + heaped;
    }

    /** About what it takes on the heap. */
    long heapBytes() {
        return (ordered.times.length + heap.times.length) * (2L * Long.BYTES + Integer.BYTES + Long.BYTES);
    }

    long timeNanos(int at) {
        return cells(at).times[place(at)];
    }

    long sequence(int at) {
        return cells(at).sequences[place(at)];
    }

    int series(int at) {
        return cells(at).series[place(at)];
    }

    @Nullable
    Object extra(int at) {
        return cells(at).extras[place(at)];
    }

    void setExtra(int at, @Nullable Object extra) {
        cells(at).extras[place(at)] = extra;
    }

    private Cells cells(int at) {
        return isInHeap(at) ? heap : ordered;
    }

    private int place(int at) {
        if (isInHeap(at)) {
            return heapIsFirst ? at : at - (tail - head);
        }
        return head + (heapIsFirst ? at - heaped : at);
    }

    private boolean isInHeap(int at) {
        return heapIsFirst ? at < heaped : at >= tail - head;
    }

    /**
     * Adds a row.
     *
     * @param extra what the view wants to know of it later
     */
    void add(int number, long timeNanos, long sequence, @Nullable Object extra) {
        int at = tail;
        int nearest = Math.max(head, tail - NEAR);
        while (at > nearest && isBefore(number, timeNanos, sequence, ordered, at - 1)) {
            at--;
        }
        if (at > head && at == nearest && isBefore(number, timeNanos, sequence, ordered, at - 1)) {
            addToHeap(number, timeNanos, sequence, extra);
        } else {
            makeRoom(at, number, timeNanos, sequence, extra);
        }
        findFirst();
    }

    /** Puts a row among those in order. */
    private void makeRoom(int at, int number, long timeNanos, long sequence, @Nullable Object extra) {
        int place = at;
        if (tail == ordered.times.length) {
            if (head < tail / 2) {
                ordered.grow();
            } else {
                ordered.move(head, 0, tail - head);
                Arrays.fill(ordered.extras, tail - head, tail, null);
                place -= head;
                tail -= head;
                head = 0;
            }
        }
        if (place < tail) {
            ordered.move(place, place + 1, tail - place);
        }
        tail++;
        ordered.put(place, number, timeNanos, sequence, extra);
    }

    private void addToHeap(int number, long timeNanos, long sequence, @Nullable Object extra) {
        if (heaped == heap.times.length) {
            heap.grow();
        }
        int at = heaped++;
        while (at > 0) {
            int parent = at - 1 >>> 1;
            if (!isBefore(number, timeNanos, sequence, heap, parent)) {
                break;
            }
            heap.move(parent, at);
            at = parent;
        }
        heap.put(at, number, timeNanos, sequence, extra);
    }

    /** Takes out the first row. */
    void remove() {
        if (heapIsFirst) {
            removeFromHeap();
        } else {
            ordered.extras[head++] = null;
            if (head == tail) {
                head = 0;
                tail = 0;
            }
        }
        findFirst();
    }

    private void findFirst() {
        heapIsFirst = heaped > 0
                && (head == tail || isBefore(heap.series[0], heap.times[0], heap.sequences[0], ordered, head));
    }

    private void removeFromHeap() {
        int last = --heaped;
        long time = heap.times[last];
        long sequence = heap.sequences[last];
        int number = heap.series[last];
        Object extra = heap.extras[last];
        heap.extras[last] = null;
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= heaped) {
                break;
            }
            if (child + 1 < heaped
                    && isBefore(
                            heap.series[child + 1], heap.times[child + 1], heap.sequences[child + 1], heap, child)) {
                child++;
            }
            if (isBefore(number, time, sequence, heap, child)) {
                break;
            }
            heap.move(child, at);
            at = child;
        }
        if (heaped > 0) {
            heap.put(at, number, time, sequence, extra);
        }
    }

    private boolean isBefore(int number, long time, long sequence, Cells cells, int other) {
        if (time != cells.times[other]) {
            return time < cells.times[other];
        }
        if (number != cells.series[other]) {
            return names.name(number).compareTo(names.name(cells.series[other])) < 0;
        }
        return sequence < cells.sequences[other];
    }
}
