package io.polaroid.store.row;

import io.polaroid.store.column.ColumnTable;
import io.polaroid.store.column.TableView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Finds the rows of a segment by their feed id. On disk: 8 bytes a row, sorted, the upper {@value IdHash#BITS} bits the hash of
 * series and id, the lower ones the row in the segment. In memory: 2 bytes a row, which say of most ids that they are not here.
 */
final class SealedIds {
    private static final int ROW_BITS = 64 - IdHash.BITS;
    private static final int ROW_MASK = (1 << ROW_BITS) - 1;
    private static final int ROWS_PER_WORD = 4;

    private final ByteBuffer sorted;
    private final int size;
    private final long[] filter;
    private int[] chunks = new int[0];

    /** Reads what {@link #index} made. */
    SealedIds(ByteBuffer sorted) {
        this.sorted = sorted.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.size = sorted.capacity() / Long.BYTES;
        this.filter = new long[size / ROWS_PER_WORD + 1];
        for (int i = 0; i < size; i++) {
            long hash = at(i) >>> ROW_BITS;
            filter[word(hash)] |= bits(hash);
        }
    }

    /** The index of the rows of some chunks. */
    static Optional<ByteBuffer> index(RowTable layout, TableView view, List<Integer> chunks) {
        long[] entries = new long[chunks.size() * ColumnTable.CHUNK_ROWS];
        int used = 0;
        int place = 0;
        for (int chunk : chunks) {
            int first = chunk * ColumnTable.CHUNK_ROWS;
            for (int row = first; row < first + ColumnTable.CHUNK_ROWS; row++, place++) {
                int series = (int) view.longAt(row, layout.seriesNumber);
                if (view.valueAt(row, layout.idNumber) instanceof Long id) {
                    entries[used++] = IdHash.ofNumber(series, id) << ROW_BITS | place;
                } else if (view.valueAt(row, layout.idText) instanceof String id) {
                    entries[used++] = IdHash.ofText(series, id) << ROW_BITS | place;
                }
            }
        }
        long[] sorted = Arrays.copyOf(entries, used);
        // As unsigned numbers, so that the hash alone decides the order.
        sort(sorted);
        var bytes = ByteBuffer.allocate(used * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(sorted);
        return Optional.of(bytes);
    }

    private static void sort(long[] unsigned) {
        for (int i = 0; i < unsigned.length; i++) {
            unsigned[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(unsigned);
        for (int i = 0; i < unsigned.length; i++) {
            unsigned[i] ^= Long.MIN_VALUE;
        }
    }

    /** How many ids. */
    int size() {
        return size;
    }

    /** Forgets where its chunks are in the table. */
    void forgetPlaces() {
        chunks = new int[0];
    }

    /** Notes where one of its batches is in the table. */
    void place(int batch, int chunk) {
        if (batch >= chunks.length) {
            int known = chunks.length;
            chunks = Arrays.copyOf(chunks, batch + 1);
            Arrays.fill(chunks, known, chunks.length, -1);
        }
        chunks[batch] = chunk;
    }

    /** Whether any of its chunks is in the table. */
    boolean isPlaced() {
        return chunks.length > 0;
    }

    /** Whether a row of the table with this hash passes a test. */
    boolean any(long hash, IntPredicate test) {
        long bits = bits(hash);
        if ((filter[word(hash)] & bits) != bits) {
            return false;
        }
        for (int i = firstAtOrAfter(hash); i < size && at(i) >>> ROW_BITS == hash; i++) {
            int row = (int) at(i) & ROW_MASK;
            int batch = row / ColumnTable.CHUNK_ROWS;
            int chunk = batch < chunks.length ? chunks[batch] : -1;
            if (chunk >= 0 && test.test(chunk * ColumnTable.CHUNK_ROWS + row % ColumnTable.CHUNK_ROWS)) {
                return true;
            }
        }
        return false;
    }

    private int firstAtOrAfter(long hash) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (at(middle) >>> ROW_BITS < hash) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private long at(int index) {
        return sorted.getLong(index * Long.BYTES);
    }

    private int word(long hash) {
        return (int) Long.remainderUnsigned(IdHash.mix(hash) >>> 24, filter.length);
    }

    private static long bits(long hash) {
        long mixed = IdHash.mix(hash);
        return 1L << (mixed & 63) | 1L << (mixed >>> 6 & 63) | 1L << (mixed >>> 12 & 63);
    }
}
