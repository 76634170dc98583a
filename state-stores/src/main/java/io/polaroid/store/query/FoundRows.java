package io.polaroid.store.query;

import io.polaroid.store.column.IntArray;
import io.polaroid.store.column.RowRuns;
import io.polaroid.store.column.RowSort;
import org.jspecify.annotations.Nullable;

/** Rows by rank of their series; those of one series come in stretches that are in order each. */
final class FoundRows {
    private final int first;
    private final @Nullable IntArray[] bySeries;

    FoundRows(int first, int end) {
        this.first = first;
        this.bySeries = new IntArray[end - first];
    }

    void add(int rank, int row) {
        IntArray rows = bySeries[rank - first];
        if (rows == null) {
            rows = new IntArray();
            bySeries[rank - first] = rows;
        }
        rows.add(row);
    }

    RowRuns inOrder(RowSort.Order order) {
        var selected = new RowRuns();
        for (IntArray rows : bySeries) {
            if (rows == null) {
                continue;
            }
            int[] sorted = new int[rows.size()];
            for (int i = 0; i < sorted.length; i++) {
                sorted[i] = rows.get(i);
            }
            RowSort.sort(sorted, new int[sorted.length], 0, sorted.length, order);
            for (int row : sorted) {
                selected.add(row);
            }
        }
        return selected;
    }
}
