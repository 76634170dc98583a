package io.polaroid.store.column;

import java.util.Arrays;

/**
 * The rows of one chunk by (series, time, order): groups of a series' rows, of which those of some time are found by halving.
 * Made by whoever asks first, and kept with the chunk for as long as memory allows; it says the same of the rows that it
 * knows when others are added.
 */
public final class ChunkOrder {
    private final Column times;
    private final Column orders;
    private final short[] places;
    private final int[] series;
    private final short[] starts;
    private final long least;
    private final long greatest;

    private ChunkOrder(Column times, Column orders, short[] places, int[] series, short[] starts) {
        this.times = times;
        this.orders = orders;
        this.places = places;
        this.series = series;
        this.starts = starts;
        long low = Long.MAX_VALUE;
        long high = Long.MIN_VALUE;
        for (int group = 0; group < series.length; group++) {
            low = Math.min(low, time(from(group)));
            high = Math.max(high, time(to(group) - 1));
        }
        this.least = low;
        this.greatest = high;
    }

    /** Of a chunk's first {@code rows} rows. */
    static ChunkOrder of(Column[] columns, int rows, OrderColumns by) {
        long[] sorted = new long[rows];
        for (int row = 0; row < rows; row++) {
            sorted[row] = columns[by.series()].longAt(row) << Chunk.SHIFT | row;
        }
        Arrays.sort(sorted);
        int[] inOrder = new int[rows];
        int[] spare = new int[rows];
        int[] series = new int[rows];
        short[] starts = new short[rows];
        int groups = 0;
        for (int i = 0; i < rows; i++) {
            inOrder[i] = (int) (sorted[i] & Chunk.MASK);
            int number = (int) (sorted[i] >> Chunk.SHIFT);
            if (groups == 0 || series[groups - 1] != number) {
                starts[groups] = (short) i;
                series[groups++] = number;
            }
        }
        Column times = columns[by.time()];
        Column orders = columns[by.order()];
        for (int group = 0; group < groups; group++) {
            int to = group + 1 < groups ? starts[group + 1] : rows;
            RowSort.sort(inOrder, spare, starts[group], to, (row, other) -> isBefore(times, orders, row, other));
        }
        short[] places = new short[rows];
        for (int i = 0; i < rows; i++) {
            places[i] = (short) inOrder[i];
        }
        return new ChunkOrder(times, orders, places, Arrays.copyOf(series, groups), Arrays.copyOf(starts, groups));
    }

    private static boolean isBefore(Column times, Column orders, int one, int other) {
        long time = times.longAt(one);
        long otherTime = times.longAt(other);
        return time < otherTime || time == otherTime && orders.longAt(one) < orders.longAt(other);
    }

    /** How many of the chunk's rows it knows. */
    public int rows() {
        return places.length;
    }

    /** How many series have rows. */
    public int groups() {
        return series.length;
    }

    /** The number of a group's series. */
    public int series(int group) {
        return series[group];
    }

    /** The group of a series, or -1. */
    public int find(int number) {
        int found = Arrays.binarySearch(series, number);
        return Math.max(found, -1);
    }

    /** Where a group begins. */
    public int from(int group) {
        return starts[group];
    }

    /** Where a group ends, exclusive. */
    public int to(int group) {
        return group + 1 < starts.length ? starts[group + 1] : places.length;
    }

    /** The row, counted within its chunk, at a place of the order. */
    public int row(int at) {
        return places[at];
    }

    /** The event time at a place of the order. */
    public long time(int at) {
        return times.longAt(places[at]);
    }

    /** What orders the row at a place among those of its time. */
    public long order(int at) {
        return orders.longAt(places[at]);
    }

    /** The first place of a group with this time or a later one; where the group ends for none. */
    public int atOrAfter(int group, long time) {
        int low = from(group);
        int high = to(group);
        while (low < high) {
            int middle = low + high >>> 1;
            if (time(middle) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The least event time. */
    public long least() {
        return least;
    }

    /** The greatest event time. */
    public long greatest() {
        return greatest;
    }
}
