package io.polaroid.store.result;

import io.polaroid.store.column.ColumnTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Finds a row by (series, time, sequence): an open hash table of row numbers over the table's own columns. */
final class RowIndex {
    private static final int SERIES_BYTES = 150;

    private final ResultTable layout;
    private final ColumnTable table;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private int[] slots = new int[64];
    private int used;

    RowIndex(ResultTable layout, ColumnTable table) {
        this.layout = layout;
        this.table = table;
    }

    int find(String series, long timeNanos, long sequence) {
        Integer number = numbers.get(series);
        return number == null ? -1 : slots[slot(number, timeNanos, sequence)] - 1;
    }

    /** Adds a row that is not there. */
    int add(String series, long timeNanos, long sequence) {
        int number = numbers.computeIfAbsent(series, name -> {
            names.add(name);
            return names.size() - 1;
        });
        int row = table.append();
        table.set(row, layout.series, series);
        table.setLong(row, layout.timeNanos, timeNanos);
        table.setLong(row, layout.sequence, sequence);
        table.setLong(row, layout.seriesNumber, number);
        if (2 * (used + 1) > slots.length) {
            rebuild(slots.length * 2, any -> true);
        } else {
            slots[slot(number, timeNanos, sequence)] = row + 1;
            used++;
        }
        return row;
    }

    String series(int row) {
        return names.get((int) table.longAt(row, layout.seriesNumber));
    }

    /** Indexes the live rows of the table anew, after their numbers have changed. */
    void rebuild(IntPredicate isLive) {
        rebuild(Math.max(64, Integer.highestOneBit(table.rows() + 1) * 4), isLive);
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
    }

    /** About how much of the heap it takes. */
    long heapBytes() {
        return (long) slots.length * Integer.BYTES + (long) names.size() * SERIES_BYTES;
    }

    private void rebuild(int capacity, IntPredicate isLive) {
        slots = new int[capacity];
        used = 0;
        for (int row = 0; row < table.rows(); row++) {
            if (!isLive.test(row)) {
                continue;
            }
            int slot = slot(
                    (int) table.longAt(row, layout.seriesNumber),
                    table.longAt(row, layout.timeNanos),
                    table.longAt(row, layout.sequence));
            slots[slot] = row + 1;
            used++;
        }
    }

    private int slot(int number, long timeNanos, long sequence) {
        long mixed = (timeNanos * 0x9E3779B97F4A7C15L ^ sequence) * 0xC2B2AE3D27D4EB4FL + number;
        mixed *= 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & slots.length - 1;
        while (slots[slot] != 0 && !isAt(slots[slot] - 1, number, timeNanos, sequence)) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    private boolean isAt(int row, int number, long timeNanos, long sequence) {
        return table.longAt(row, layout.timeNanos) == timeNanos
                && table.longAt(row, layout.sequence) == sequence
                && table.longAt(row, layout.seriesNumber) == number;
    }
}
