package io.polaroid.store.result;

import io.polaroid.store.column.ColumnTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds a row by (series, time, sequence): an open hash table of row numbers over the table's own columns. */
final class RowIndex {
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
            rebuild(slots.length * 2);
        } else {
            slots[slot(number, timeNanos, sequence)] = row + 1;
            used++;
        }
        return row;
    }

    String series(int row) {
        return names.get((int) table.longAt(row, layout.seriesNumber));
    }

    /** Indexes the table's rows anew, after their numbers have changed. */
    void rebuild() {
        rebuild(Math.max(64, Integer.highestOneBit(table.rows() + 1) * 4));
    }

    private void rebuild(int capacity) {
        slots = new int[capacity];
        Arrays.fill(slots, 0);
        used = 0;
        for (int row = 0; row < table.rows(); row++) {
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
