package io.polaroid.timeseries.aggregate;

import java.util.function.Consumer;

/**
 * Which rows of a table are in which window, for aggregates over many windows at once. Rows of a window come in table order, or in the
 * order that was given.
 */
public final class RowWindows {
    private static final int[] NONE = {};

    private final int slotCount;
    private final int[] emit;
    private final int[] slots;
    private final int[] parts;
    private final int[] rows;
    private final int[] from;
    private final int[] to;

    private RowWindows(int slotCount, int[] emit, int[] slots, int[] parts, int[] rows, int[] from, int[] to) {
        this.slotCount = slotCount;
        this.emit = emit;
        this.slots = slots;
        this.parts = parts;
        this.rows = rows;
        this.from = from;
        this.to = to;
    }

    /**
     * Windows that share no rows.
     *
     * @param slots the window of each row of the table; -1 for none. Not copied
     * @param count how many windows
     * @param emit the windows in the order of the result. Not copied
     */
    public static RowWindows disjoint(int[] slots, int count, int[] emit) {
        return new RowWindows(count, emit, slots, new int[] {0, slots.length}, NONE, NONE, NONE);
    }

    /**
     * Windows that share no rows, in parts of the table that share no windows.
     *
     * @param slots the window of each row of the table; -1 for none. Not copied
     * @param count how many numbers windows have; those without rows are not in the result
     * @param emit the windows of the result in its order. Not copied
     * @param parts the first row of each part, and how many rows there are. Not copied
     */
    public static RowWindows disjoint(int[] slots, int count, int[] emit, int[] parts) {
        return new RowWindows(count, emit, slots, parts, NONE, NONE, NONE);
    }

    /**
     * Windows that are ranges of a list of rows, and may overlap; they are numbered in the order of the result.
     *
     * @param rows rows of the table. Not copied
     * @param from where each window starts in {@code rows}. Not copied
     * @param to where it ends, exclusive. Not copied
     */
    public static RowWindows ranges(int[] rows, int[] from, int[] to) {
        return new RowWindows(from.length, iota(from.length), NONE, NONE, rows, from, to);
    }

    /** How many windows there are in the result. */
    public int count() {
        return emit.length;
    }

    /** How many numbers windows have. */
    int slotCount() {
        return slotCount;
    }

    /** Whether windows are ranges of a list of rows, whose rows come window by window, in the order of the windows. */
    boolean areRanges() {
        return from.length > 0;
    }

    /** How many parts of the table share no windows; 1 if that is not known. */
    int partCount() {
        return Math.max(1, parts.length - 1);
    }

    /** The windows in the order of the result. Not a copy. */
    int[] emit() {
        return emit;
    }

    /** Passes all pairs of row and window on, a block at a time; the block is used again for the next one. */
    void forEach(Consumer<RowBlock> reader) {
        if (areRanges()) {
            eachRange(reader);
        } else {
            eachSlot(0, slots.length, reader);
        }
    }

    /** Passes those of one part on. */
    void forEachOf(int part, Consumer<RowBlock> reader) {
        if (partCount() == 1) {
            forEach(reader);
        } else {
            eachSlot(parts[part], parts[part + 1], reader);
        }
    }

    private void eachSlot(int first, int last, Consumer<RowBlock> reader) {
        var block = new RowBlock();
        for (int start = first; start < last; start += RowBlock.SIZE) {
            int end = Math.min(last, start + RowBlock.SIZE);
            int held = 0;
            for (int row = start; row < end; row++) {
                int slot = slots[row];
                block.slots[held] = slot;
                block.rows[held] = row;
                held += slot < 0 ? 0 : 1;
            }
            if (held > 0) {
                block.count = held;
                block.dense = held == end - start;
                reader.accept(block);
            }
        }
    }

    private void eachRange(Consumer<RowBlock> reader) {
        var block = new RowBlock();
        for (int window = 0; window < from.length; window++) {
            int at = from[window];
            while (at < to[window]) {
                int taken = Math.min(to[window] - at, RowBlock.SIZE - block.count);
                System.arraycopy(rows, at, block.rows, block.count, taken);
                java.util.Arrays.fill(block.slots, block.count, block.count + taken, window);
                block.count += taken;
                at += taken;
                if (block.count == RowBlock.SIZE) {
                    flush(block, reader);
                }
            }
        }
        flush(block, reader);
    }

    private static void flush(RowBlock block, Consumer<RowBlock> reader) {
        if (block.count == 0) {
            return;
        }
        boolean dense = true;
        for (int i = 1; i < block.count; i++) {
            dense &= block.rows[i] == block.rows[i - 1] + 1;
        }
        block.dense = dense;
        reader.accept(block);
        block.count = 0;
    }

    private static int[] iota(int count) {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) {
            all[i] = i;
        }
        return all;
    }
}
