package io.polaroid.store.column;

/** Merge sort of row numbers, for rows that are nearly in order: equal ones keep their places, ordered stretches are not moved. */
public final class RowSort {
    private RowSort() {}

    /** Which of two rows comes first. */
    @FunctionalInterface
    public interface Order {
        boolean precedes(int row, int other);
    }

    /**
     * Puts the rows at {@code [from, to)} into order.
     *
     * @param spare room for as many rows; what it holds in that range is overwritten
     */
    public static void sort(int[] rows, int[] spare, int from, int to, Order order) {
        System.arraycopy(rows, from, spare, from, to - from);
        merge(spare, rows, from, to, order);
    }

    /** Merges from one array, which has the same rows, into the other. */
    private static void merge(int[] source, int[] target, int from, int to, Order order) {
        if (to - from < 2 || isSorted(target, from, to, order)) {
            return;
        }
        int middle = (from + to) >>> 1;
        merge(target, source, from, middle, order);
        merge(target, source, middle, to, order);
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
