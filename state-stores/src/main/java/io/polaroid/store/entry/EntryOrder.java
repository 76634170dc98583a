package io.polaroid.store.entry;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * Row numbers in the order of their entries, in blocks that a frozen copy shares until they are written. A position is a block
 * and a place in it; positions hold until {@link #version} changes.
 *
 * <p><b>Cost</b> finding is logarithmic; inserting and removing move at most one block, and at times the list of blocks.
 */
final class EntryOrder {
    /** The position before the first row. */
    static final long BEFORE = -1;

    private static final int BLOCK_ROWS = 512;

    /** Room for rows to come, so that the first insert does not split each block. */
    private static final int FILLED_ROWS = 384;

    private final EntrySort sort;
    private int[][] blocks;
    private int[] sizes;
    private boolean[] shared;
    private int count;
    private long version;

    EntryOrder(EntrySort sort) {
        this(sort, new int[8][], new int[8], new boolean[8], 0);
    }

    private EntryOrder(EntrySort sort, int[][] blocks, int[] sizes, boolean[] shared, int count) {
        this.sort = sort;
        this.blocks = blocks;
        this.sizes = sizes;
        this.shared = shared;
        this.count = count;
    }

    /** The order as it is now; it is never written. */
    EntryOrder freeze() {
        Arrays.fill(shared, 0, count, true);
        return new EntryOrder(
                sort, Arrays.copyOf(blocks, count), Arrays.copyOf(sizes, count), Arrays.copyOf(shared, count), count);
    }

    /** Changes whenever positions do. */
    long version() {
        return version;
    }

    EntrySort sort() {
        return sort;
    }

    /** The position behind the last row. */
    long end() {
        return (long) count << 32;
    }

    long last() {
        return previous(end());
    }

    long next(long position) {
        return place(position) + 1 < sizes[block(position)] ? position + 1 : (block(position) + 1L) << 32;
    }

    long previous(long position) {
        if (place(position) > 0) {
            return position - 1;
        }
        int block = block(position) - 1;
        return block < 0 ? BEFORE : ((long) block << 32) + sizes[block] - 1;
    }

    int row(long position) {
        return blocks[block(position)][place(position)];
    }

    /** The first row at or behind a key. */
    long ceiling(EntryCells cells, EntryKey key) {
        return find(cells, key, 0);
    }

    /** The first row behind a key. */
    long higher(EntryCells cells, EntryKey key) {
        return find(cells, key, 1);
    }

    /** The first row that compares with the key as {@code least} or more, where comparing gives -1, 0 or 1. */
    private long find(EntryCells cells, EntryKey key, int least) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(cells, blocks[middle][sizes[middle] - 1], key) >= least) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if (low == count) {
            return end();
        }
        int block = low;
        low = 0;
        high = sizes[block] - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(cells, blocks[block][middle], key) >= least) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return ((long) block << 32) + low;
    }

    private int compare(EntryCells cells, int row, EntryKey key) {
        return Integer.signum(sort.compare(cells, row, key));
    }

    /** Puts a row before that at a position. */
    void insert(long position, int row) {
        version++;
        int block = block(position);
        int place = place(position);
        if (block == count) {
            // Times mostly grow: a full last block stays full.
            if (count == 0 || sizes[count - 1] == BLOCK_ROWS) {
                addBlock(count, new int[BLOCK_ROWS], 0);
            }
            block = count - 1;
            place = sizes[block];
        } else if (sizes[block] == BLOCK_ROWS) {
            split(block);
            if (place > sizes[block]) {
                place -= sizes[block];
                block++;
            }
        }
        int[] rows = writable(block);
        System.arraycopy(rows, place, rows, place + 1, sizes[block] - place);
        rows[place] = row;
        sizes[block]++;
    }

    private void split(int block) {
        int half = BLOCK_ROWS / 2;
        int[] right = new int[BLOCK_ROWS];
        System.arraycopy(blocks[block], half, right, 0, BLOCK_ROWS - half);
        sizes[block] = half;
        addBlock(block + 1, right, BLOCK_ROWS - half);
    }

    private void addBlock(int at, int[] rows, int size) {
        if (count == blocks.length) {
            int more = Math.max(8, count + count / 2);
            blocks = Arrays.copyOf(blocks, more);
            sizes = Arrays.copyOf(sizes, more);
            shared = Arrays.copyOf(shared, more);
        }
        System.arraycopy(blocks, at, blocks, at + 1, count - at);
        System.arraycopy(sizes, at, sizes, at + 1, count - at);
        System.arraycopy(shared, at, shared, at + 1, count - at);
        blocks[at] = rows;
        sizes[at] = size;
        shared[at] = false;
        count++;
    }

    /** Puts another row of the same entry at a position. */
    void replace(long position, int row) {
        writable(block(position))[place(position)] = row;
    }

    void remove(long position) {
        version++;
        int block = block(position);
        int place = place(position);
        int[] rows = writable(block);
        System.arraycopy(rows, place + 1, rows, place, sizes[block] - place - 1);
        sizes[block]--;
        if (sizes[block] == 0) {
            System.arraycopy(blocks, block + 1, blocks, block, count - block - 1);
            System.arraycopy(sizes, block + 1, sizes, block, count - block - 1);
            System.arraycopy(shared, block + 1, shared, block, count - block - 1);
            count--;
            blocks[count] = new int[0];
        }
    }

    private int[] writable(int block) {
        if (shared[block] || blocks[block].length < BLOCK_ROWS) {
            blocks[block] = Arrays.copyOf(blocks[block], BLOCK_ROWS);
            shared[block] = false;
        }
        return blocks[block];
    }

    /** Takes all rows in order. */
    void forEach(IntConsumer action) {
        for (int block = 0; block < count; block++) {
            for (int place = 0; place < sizes[block]; place++) {
                action.accept(blocks[block][place]);
            }
        }
    }

    /** Begins anew with rows that are in order. */
    void fill(int[] rows) {
        version++;
        count = 0;
        for (int from = 0; from < rows.length; from += FILLED_ROWS) {
            int size = Math.min(FILLED_ROWS, rows.length - from);
            addBlock(count, Arrays.copyOfRange(rows, from, from + BLOCK_ROWS), size);
        }
    }

    /** Replaces each row by its new number. */
    void renumber(int rows, IntUnaryOperator moved) {
        int[] inOrder = new int[rows];
        int[] at = new int[1];
        forEach(row -> inOrder[at[0]++] = moved.applyAsInt(row));
        fill(inOrder);
    }

    long heapBytes() {
        return (long) count * BLOCK_ROWS * Integer.BYTES;
    }

    private static int block(long position) {
        return (int) (position >> 32);
    }

    private static int place(long position) {
        return (int) position;
    }
}
