package io.polaroid.timeseries.aggregate;

/** Some rows of a table and the window that each goes to. */
final class RowBlock {
    static final int SIZE = 4096;

    final int[] slots = new int[SIZE];
    final int[] rows = new int[SIZE];
    int count;

    /** Whether the rows follow each other in the table. */
    boolean dense;

    /** A block of these rows, for which windows do not matter. */
    static RowBlock of(int[] rows, int from, int to) {
        var block = new RowBlock();
        System.arraycopy(rows, from, block.rows, 0, to - from);
        block.count = to - from;
        return block;
    }
}
