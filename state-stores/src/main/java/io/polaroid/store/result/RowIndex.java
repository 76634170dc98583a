package io.polaroid.store.result;

import io.polaroid.store.StagedResults;
import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.query.SeriesNames;
import io.polaroid.store.spill.Spill;
import io.polaroid.store.spill.SpillLongs;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Finds a row by (series, time, sequence): an open hash table of row numbers and hashes over the table's own columns. Rows of one
 * time and sequence lie near each other in it, since they come and go together.
 */
final class RowIndex {
    private static final int LEAST_WINDOW = 1 << 10;
    private static final int SERIES_BYTES = 150;

    private final ResultTable layout;
    private final ColumnTable table;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final SeriesNames names = new SeriesNames();

    /** Hash in the upper half, row number + 1 in the lower, 0 for a free slot. */
    private SpillLongs slots;

    private final Spill spill;

    /** How far apart, as a power of two, rows of one time may lie. */
    private int window = LEAST_WINDOW;

    private int used;
    private long[] scratch = {};

    RowIndex(ResultTable layout, ColumnTable table, Spill spill) {
        this.spill = spill;
        this.slots = SpillLongs.of(spill, 64);
        this.layout = layout;
        this.table = table;
    }

    int find(String series, long timeNanos, long sequence) {
        Integer number = numbers.get(series);
        return number == null ? -1 : find(number, timeNanos, sequence);
    }

    int find(int number, long timeNanos, long sequence) {
        return row(slots.get(slot(number, timeNanos, sequence)));
    }

    /** Names of the series by number. */
    SeriesNames names() {
        return names;
    }

    String name(int number) {
        return names.get(number);
    }

    /** Adds staged rows, which are in the table and not here. */
    void addAll(int first, StagedResults staged, int from, int count) {
        if (scratch.length < count) {
            scratch = new long[count];
        }
        for (int i = 0; i < count; i++) {
            int number = staged.series(from + i);
            scratch[i] = number;
            table.setText(first + i, layout.series, names.get(number));
        }
        table.setLongs(first, layout.timeNanos, staged.allTimes(), from, count);
        table.setLongs(first, layout.sequence, staged.allSequences(), from, count);
        table.setLongs(first, layout.seriesNumber, scratch, 0, count);
        reserve(count);
        for (int i = 0; i < count; i++) {
            put(first + i, staged.series(from + i), staged.timeNanos(from + i), staged.sequence(from + i));
        }
    }

    /** Adds a row that is not there. */
    int add(String series, long timeNanos, long sequence) {
        int number = number(series);
        int row = table.append();
        table.set(row, layout.series, series);
        table.setLong(row, layout.timeNanos, timeNanos);
        table.setLong(row, layout.sequence, sequence);
        table.setLong(row, layout.seriesNumber, number);
        reserve(1);
        put(row, number, timeNanos, sequence);
        return row;
    }

    /** Adds rows of one time and of sequence 0, which are in the table and not here. */
    void addAll(int first, String[] series, int count, long timeNanos) {
        if (scratch.length < count) {
            scratch = new long[count];
        }
        for (int i = 0; i < count; i++) {
            scratch[i] = number(series[i]);
        }
        table.setTexts(first, layout.series, series, count);
        table.setConstant(first, layout.timeNanos, timeNanos, count);
        table.setConstant(first, layout.sequence, 0, count);
        table.setLongs(first, layout.seriesNumber, scratch, 0, count);
        reserve(count);
        for (int i = 0; i < count; i++) {
            put(first + i, (int) scratch[i], timeNanos, 0);
        }
    }

    int number(String series) {
        Integer known = numbers.get(series);
        if (known != null) {
            return known;
        }
        numbers.put(series, names.size());
        names.add(series);
        return names.size() - 1;
    }

    String series(int row) {
        return names.get((int) table.longAt(row, layout.seriesNumber));
    }

    /** Indexes the live rows of the table anew, after their numbers have changed. */
    void rebuild(IntPredicate isLive) {
        slots.free();
        slots = SpillLongs.of(spill, Math.max(64, Integer.highestOneBit(table.rows() + 1) * 4));
        used = 0;
        for (int row = 0; row < table.rows(); row++) {
            if (isLive.test(row)) {
                put(
                        row,
                        (int) table.longAt(row, layout.seriesNumber),
                        table.longAt(row, layout.timeNanos),
                        table.longAt(row, layout.sequence));
            }
        }
    }

    /** Takes in the rows of a table that was read from disk. */
    void load(IntPredicate isLive) {
        for (int row = 0; row < table.rows(); row++) {
            int number = (int) table.longAt(row, layout.seriesNumber);
            while (names.size() <= number) {
                names.add("");
            }
            if (names.get(number).isEmpty() && table.valueAt(row, layout.series) instanceof String name) {
                names.set(number, name);
                numbers.put(name, number);
            }
        }
        rebuild(isLive);
        reserve(0);
    }

    /** About how much of the heap it takes beside its slots. */
    long heapBytes() {
        return (long) names.size() * SERIES_BYTES;
    }

    /** Moves itself out of memory. */
    void spill() {
        slots.spill();
    }

    /** Makes room for rows that are about to be {@link #put}. */
    void reserve(int more) {
        if (4 * names.size() > window) {
            window = Integer.highestOneBit(names.size()) * 8;
            rehash();
        }
        if (2 * (used + more) <= slots.length()) {
            return;
        }
        SpillLongs old = slots;
        slots = SpillLongs.of(spill, Integer.highestOneBit(used + more) * 4);
        for (int i = 0; i < old.length(); i++) {
            long entry = old.get(i);
            if (entry != 0) {
                slots.set(free((int) (entry >>> 32)), entry);
            }
        }
        old.free();
    }

    /** Places all entries for a new window. */
    private void rehash() {
        SpillLongs old = slots;
        slots = SpillLongs.of(spill, old.length());
        used = 0;
        for (int i = 0; i < old.length(); i++) {
            long entry = old.get(i);
            if (entry != 0) {
                int row = row(entry);
                put(
                        row,
                        (int) table.longAt(row, layout.seriesNumber),
                        table.longAt(row, layout.timeNanos),
                        table.longAt(row, layout.sequence));
            }
        }
        old.free();
    }

    /** Indexes a row that is in the table and not here. */
    void put(int row, int number, long timeNanos, long sequence) {
        int hash = hash(number, timeNanos, sequence);
        slots.set(free(hash), (long) hash << 32 | row + 1);
        used++;
    }

    private int free(int hash) {
        int mask = slots.length() - 1;
        int slot = hash & mask;
        while (slots.get(slot) != 0) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private static int row(long entry) {
        return (int) entry - 1;
    }

    private int hash(int number, long timeNanos, long sequence) {
        long mixed = (timeNanos * 0x9E3779B97F4A7C15L ^ sequence) * 0xC2B2AE3D27D4EB4FL;
        int base = (int) (mixed >>> 32);
        int within = number * 0x9E3779B1 >>> 9;
        return base & -window | (within ^ base) & window - 1;
    }

    private int slot(int number, long timeNanos, long sequence) {
        int hash = hash(number, timeNanos, sequence);
        int mask = slots.length() - 1;
        int slot = hash & mask;
        for (long entry = slots.get(slot); entry != 0; entry = slots.get(slot)) {
            if ((int) (entry >>> 32) == hash && isAt(row(entry), number, timeNanos, sequence)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isAt(int row, int number, long timeNanos, long sequence) {
        return table.longAt(row, layout.timeNanos) == timeNanos
                && table.longAt(row, layout.sequence) == sequence
                && table.longAt(row, layout.seriesNumber) == number;
    }
}
