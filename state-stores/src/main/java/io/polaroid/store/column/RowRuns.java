package io.polaroid.store.column;

import java.util.Arrays;

/** A selection of rows as runs of neighbours, in the order in which they were added. */
public final class RowRuns {
    private int[] starts = new int[16];
    private int[] lengths = new int[16];
    private int runs;
    private int rows;

    /** All of the first {@code rows} rows. */
    public static RowRuns first(int rows) {
        var all = new RowRuns();
        if (rows > 0) {
            all.runs = 1;
            all.lengths[0] = rows;
            all.rows = rows;
        }
        return all;
    }

    /** Adds a row behind the others. */
    public void add(int row) {
        rows++;
        if (runs > 0 && starts[runs - 1] + lengths[runs - 1] == row) {
            lengths[runs - 1]++;
            return;
        }
        if (runs == starts.length) {
            starts = Arrays.copyOf(starts, runs * 2);
            lengths = Arrays.copyOf(lengths, runs * 2);
        }
        starts[runs] = row;
        lengths[runs++] = 1;
    }

    /** Adds neighbours behind the others. */
    void add(int first, int count) {
        for (int row = first; row < first + count; row++) {
            add(row);
        }
    }

    /** How many rows. */
    public int rows() {
        return rows;
    }

    /** Takes each stretch of rows that lies in one chunk. */
    void forEachStretch(Stretch action) {
        int at = 0;
        for (int run = 0; run < runs; run++) {
            int row = starts[run];
            int end = row + lengths[run];
            while (row < end) {
                int length = Math.min(end - row, Chunk.ROWS - (row & Chunk.MASK));
                action.accept(row >> Chunk.SHIFT, row & Chunk.MASK, length, at);
                row += length;
                at += length;
            }
        }
    }

    /** Rows in one chunk, and where they go. */
    @FunctionalInterface
    interface Stretch {
        void accept(int chunk, int start, int length, int at);
    }
}
