package io.polaroid.topology.view;

import io.polaroid.timeseries.aggregate.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The running aggregates of bars that have not closed, on the heap: side by side in two arrays, found by series number and start.
 * They are written to the result tier before each commit and when they close.
 */
final class OpenBars {
    private static final long FREE = Long.MIN_VALUE;
    private static final long BAR_BYTES = 40;
    private static final long SERIES_BYTES = 200;

    private final int doubleSlots;
    private final int longSlots;
    private final Bar cursor = new Bar();
    private final TreeMap<Long, Bucket> buckets = new TreeMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<@Nullable Object[]> keyCells = new ArrayList<>();
    private double[] doubles = {};
    private long[] longs = {};
    private long[] starts = {};
    private int[] series = {};
    private boolean[] stored = {};
    private boolean[] changed = {};
    private int[] free = {};
    private int freeCount;
    private int[] changes = new int[64];
    private int changeCount;
    private int[] last = {};
    private int[] ranks = {};

    /** Bars that were put in order by name since names were ranked. */
    private long sorted;

    private @Nullable Bucket newest;
    private long first = Long.MAX_VALUE;

    /** The bars of one start. */
    private static final class Bucket {
        final long start;
        final IntMap bySeries = new IntMap();
        int[] bars = new int[16];
        int count;

        Bucket(long start) {
            this.start = start;
        }
    }

    /** The slots of one bar; a cursor. */
    final class Bar implements Slots {
        private int firstDouble;
        private int firstLong;

        private Bar at(int bar) {
            firstDouble = bar * doubleSlots;
            firstLong = bar * longSlots;
            return this;
        }

        @Override
        public double doubleAt(int index) {
            return doubles[firstDouble + index];
        }

        @Override
        public void setDouble(int index, double value) {
            doubles[firstDouble + index] = value;
        }

        @Override
        public long longAt(int index) {
            return longs[firstLong + index];
        }

        @Override
        public void setLong(int index, long value) {
            longs[firstLong + index] = value;
        }
    }

    /** Takes a bar. */
    @FunctionalInterface
    interface Visitor {
        void visit(int bar);
    }

    OpenBars(int doubleSlots, int longSlots) {
        this.doubleSlots = doubleSlots;
        this.longSlots = longSlots;
    }

    /** About what it takes on the heap. */
    long heapBytes() {
        return starts.length * BAR_BYTES
                + (doubles.length + longs.length) * (long) Long.BYTES
                + names.size() * SERIES_BYTES;
    }

    /** Number of a series, or -1. */
    int seriesNumber(String name) {
        Integer known = numbers.get(name);
        return known == null ? -1 : known;
    }

    /** Number of a new series. */
    int addSeries(String name, @Nullable Object[] cells) {
        int number = names.size();
        numbers.put(name, number);
        names.add(name);
        keyCells.add(cells);
        if (number >= last.length) {
            last = Arrays.copyOf(last, Math.max(64, number * 2));
        }
        last[number] = -1;
        return number;
    }

    /** Key cells of a bar. */
    @Nullable
    Object[] keyCells(int bar) {
        return keyCells.get(series[bar]);
    }

    /** The bar of a series and start, or -1. */
    int find(int number, long start) {
        int recent = last[number];
        if (recent >= 0 && starts[recent] == start && series[recent] == number) {
            return recent;
        }
        Bucket bucket = newest != null && newest.start == start ? newest : buckets.get(start);
        int bar = bucket == null ? IntMap.NONE : bucket.bySeries.get(number);
        if (bar >= 0) {
            last[number] = bar;
        }
        return bar;
    }

    /** A new bar, whose slots have still to be reset. */
    int open(int number, long start) {
        Bucket bucket = newest != null && newest.start == start ? newest : buckets.computeIfAbsent(start, Bucket::new);
        newest = bucket;
        first = Math.min(first, start);
        int bar = allocate();
        starts[bar] = start;
        series[bar] = number;
        stored[bar] = false;
        bucket.bySeries.put(number, bar);
        if (bucket.count == bucket.bars.length) {
            bucket.bars = Arrays.copyOf(bucket.bars, bucket.count * 2);
        }
        bucket.bars[bucket.count++] = bar;
        last[number] = bar;
        return bar;
    }

    private int allocate() {
        if (freeCount == 0) {
            int before = starts.length;
            int capacity = Math.max(64, before * 2);
            doubles = Arrays.copyOf(doubles, capacity * doubleSlots);
            longs = Arrays.copyOf(longs, capacity * longSlots);
            starts = Arrays.copyOf(starts, capacity);
            series = Arrays.copyOf(series, capacity);
            stored = Arrays.copyOf(stored, capacity);
            changed = Arrays.copyOf(changed, capacity);
            free = Arrays.copyOf(free, capacity);
            for (int bar = capacity - 1; bar >= before; bar--) {
                free[freeCount++] = bar;
            }
        }
        return free[--freeCount];
    }

    Bar slots(int bar) {
        return cursor.at(bar);
    }

    double[] doubles() {
        return doubles;
    }

    long[] longs() {
        return longs;
    }

    int series(int bar) {
        return series[bar];
    }

    long start(int bar) {
        return starts[bar];
    }

    /** Whether the result tier has a row for the bar. */
    boolean isStored(int bar) {
        return stored[bar];
    }

    void setStored(int bar) {
        stored[bar] = true;
    }

    void setChanged(int bar) {
        if (!changed[bar]) {
            changed[bar] = true;
            if (changeCount == changes.length) {
                changes = Arrays.copyOf(changes, changeCount * 2);
            }
            changes[changeCount++] = bar;
        }
    }

    /** How many bars {@link #takeChanges} takes at most. */
    int changeCount() {
        return changeCount;
    }

    /** Each open bar that has changed since the last call, in order of its first change. */
    void takeChanges(Visitor visitor) {
        for (int i = 0; i < changeCount; i++) {
            int bar = changes[i];
            if (changed[bar]) {
                changed[bar] = false;
                visitor.visit(bar);
            }
        }
        changeCount = 0;
    }

    /** Start of the first bucket that is open, {@link Long#MAX_VALUE} for none. */
    long firstStart() {
        return first;
    }

    /** How many bars the first bucket that is open has. */
    int firstCount() {
        return buckets.isEmpty() ? 0 : buckets.firstEntry().getValue().count;
    }

    /** Takes the bars of the first bucket away, in order of their series. */
    void closeFirst(Visitor visitor) {
        Bucket bucket = buckets.pollFirstEntry().getValue();
        first = buckets.isEmpty() ? Long.MAX_VALUE : buckets.firstKey();
        if (newest == bucket) {
            newest = null;
        }
        for (int bar : inOrder(bucket)) {
            visitor.visit(bar);
            starts[bar] = FREE;
            changed[bar] = false;
            free[freeCount++] = bar;
        }
    }

    /** The bars of a bucket in order of the names of their series. */
    private int[] inOrder(Bucket bucket) {
        // Ranking all names for each new one would cost more than the bars where there are many series; sorting bars by
        // name again and
        // again more than ranking once.
        if (names.size() - ranks.length > ranks.length / 4 || sorted > names.size()) {
            rank();
        }
        boolean ranked = true;
        for (int i = 0; i < bucket.count; i++) {
            ranked &= series[bucket.bars[i]] < ranks.length;
        }
        if (!ranked) {
            sorted += bucket.count;
            return byName(bucket);
        }
        long[] ordered = new long[bucket.count];
        for (int i = 0; i < ordered.length; i++) {
            ordered[i] = (long) ranks[series[bucket.bars[i]]] << 32 | bucket.bars[i];
        }
        Arrays.sort(ordered);
        return Arrays.stream(ordered).mapToInt(entry -> (int) entry).toArray();
    }

    private int[] byName(Bucket bucket) {
        var bars = new Integer[bucket.count];
        Arrays.setAll(bars, i -> bucket.bars[i]);
        Arrays.sort(bars, Comparator.comparing(bar -> names.get(series[bar])));
        return Arrays.stream(bars).mapToInt(Integer::intValue).toArray();
    }

    private void rank() {
        sorted = 0;
        ranks = new int[names.size()];
        var inOrder = new ArrayList<>(names);
        inOrder.sort(null);
        for (int i = 0; i < inOrder.size(); i++) {
            ranks[seriesNumber(inOrder.get(i))] = i;
        }
    }
}
