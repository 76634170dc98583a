package io.polaroid.store.entry;

import java.util.BitSet;

/** Sorts rows by their entries, without an object for each. */
final class EntrySorter {
    private final EntrySort sort;
    private final EntryCells cells;

    private EntrySorter(EntrySort sort, EntryCells cells) {
        this.sort = sort;
        this.cells = cells;
    }

    /** These rows in order. */
    static int[] sort(BitSet rows, EntrySort sort, EntryCells cells) {
        int[] sorted = rows.stream().toArray();
        new EntrySorter(sort, cells).sort(sorted.clone(), sorted, 0, sorted.length);
        return sorted;
    }

    /** Merges from one array, which has the same rows, into the other. */
    private void sort(int[] source, int[] target, int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        sort(target, source, from, middle);
        sort(target, source, middle, to);
        int left = from;
        int right = middle;
        for (int at = from; at < to; at++) {
            boolean takesLeft = right == to || left < middle && precedes(source[left], source[right]);
            target[at] = takesLeft ? source[left++] : source[right++];
        }
    }

    private boolean precedes(int row, int other) {
        return sort.compare(cells, row, cells.key(other)) <= 0;
    }
}
