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
 * Finds the rows of a segment by their feed id, all of it in a mapped file: a magic number, how many ids, a filter of 2 bytes a row, which
 * says of most ids that they are not here, and 8 bytes a row, sorted, the upper {@value IdHash#BITS} bits the hash of series and id, the
 * lower ones the row in the segment.
 */
final class SealedIds {
    private static final int ROW_BITS = 64 - IdHash.BITS;
    private static final int ROW_MASK = (1 << ROW_BITS) - 1;
    private static final int ROWS_PER_WORD = 4;

    private static final long MAGIC = 0x504c524449445832L; // PLRDIDX2
    private static final int HEAD = 2;

    private final ByteBuffer file;
    private final int size;
    private final int words;
    private int[] chunks = new int[0];

    /** Reads what {@link #index} made, or, from stores of before, the sorted part alone. */
    SealedIds(ByteBuffer index) {
        var longs = index.slice().order(ByteOrder.LITTLE_ENDIAN);
        boolean whole = longs.capacity() >= HEAD * Long.BYTES && longs.getLong(0) == MAGIC;
        this.file = whole ? longs : withFilter(longs);
        this.size = (int) file.getLong(Long.BYTES);
        this.words = words(size);
    }

    private static int words(int size) {
        return size / ROWS_PER_WORD + 1;
    }

    /** Puts what is needed before sorted entries. */
    private static ByteBuffer withFilter(ByteBuffer sorted) {
        int size = sorted.capacity() / Long.BYTES;
        int words = words(size);
        var file = ByteBuffer.allocate((HEAD + words + size) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(0, MAGIC).putLong(Long.BYTES, size);
        for (int i = 0; i < size; i++) {
            long entry = sorted.getLong(i * Long.BYTES);
            long hash = entry >>> ROW_BITS;
            int at = (HEAD + word(hash, words)) * Long.BYTES;
            file.putLong(at, file.getLong(at) | bits(hash));
            file.putLong((HEAD + words + i) * Long.BYTES, entry);
        }
        return file;
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
        return Optional.of(withFilter(bytes));
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
        if ((file.getLong((HEAD + word(hash, words)) * Long.BYTES) & bits) != bits) {
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
        return file.getLong((HEAD + words + index) * Long.BYTES);
    }

    private static int word(long hash, int words) {
        return (int) Long.remainderUnsigned(IdHash.mix(hash) >>> 24, words);
    }

    private static long bits(long hash) {
        long mixed = IdHash.mix(hash);
        return 1L << (mixed & 63) | 1L << (mixed >>> 6 & 63) | 1L << (mixed >>> 12 & 63);
    }
}
