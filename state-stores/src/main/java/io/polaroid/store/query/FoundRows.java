package io.polaroid.store.query;

import io.polaroid.store.column.IntArray;
import io.polaroid.store.column.RowRuns;
import org.jspecify.annotations.Nullable;

/** Rows by rank of their series; those of one series come in stretches that are in order each. */
final class FoundRows {
    private final int first;
    private final @Nullable IntArray[] bySeries;

    FoundRows(int first, int end) {
        this.first = first;
        this.bySeries = new IntArray[end - first];
    }

    /** Which of two rows of a series comes first. */
    @FunctionalInterface
    interface Order {
        boolean precedes(int row, int other);
    }

    void add(int rank, int row) {
        IntArray rows = bySeries[rank - first];
        if (rows == null) {
            rows = new IntArray();
            bySeries[rank - first] = rows;
        }
        rows.add(row);
    }

    RowRuns inOrder(Order order) {
        var selected = new RowRuns();
        for (IntArray rows : bySeries) {
            if (rows == null) {
                continue;
            }
            int[] sorted = new int[rows.size()];
            for (int i = 0; i < sorted.length; i++) {
                sorted[i] = rows.get(i);
            }
            sort(sorted.clone(), sorted, 0, sorted.length, order);
            for (int row : sorted) {
                selected.add(row);
            }
        }
        return selected;
    }

    /** Merges from one array, which has the same rows, into the other. */
    private static void sort(int[] source, int[] target, int from, int to, Order order) {
        if (to - from < 2 || isSorted(target, from, to, order)) {
            return;
        }
        int middle = (from + to) >>> 1;
        sort(target, source, from, middle, order);
        sort(target, source, middle, to, order);
        int left = from;
        int right = middle;
        for (int at = from; at < to; at++) {
            boolean takesLeft = right == to || left < middle && !order.precedes(source[right], source[left]);
            target[at] = takesLeft ? source[left++] : source[right++];
        }
    }

    private static boolean isSorted(int[] rows, int from, int to, Order order) {
        for (int i = from + 1; i < to; i++) {
            if (order.precedes(rows[i], rows[i - 1])) {
                return false;
            }
        }
        return true;
    }
}
