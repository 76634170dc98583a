package io.polaroid.store.column;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@link ColumnTable} at one moment. Any thread may read it between its making or {@link #retain} and the matching
 * {@link #release}; the last release frees what the table itself no longer holds.
 */
public final class TableView {
    private final Schema schema;
    private final Chunk[] chunks;
    private final int rows;
    private final boolean[] quiet;
    private final AtomicInteger holders = new AtomicInteger(1);

    TableView(Schema schema, Chunk[] chunks, int rows, int captures) {
        this.schema = schema;
        this.chunks = chunks;
        this.rows = rows;
        this.quiet = new boolean[chunks.length];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i].retain();
            quiet[i] = chunks[i].written < captures;
        }
    }

    /** Its columns. */
    public Schema schema() {
        return schema;
    }

    /** How many chunks its rows lie in. */
    public int chunks() {
        return chunks.length;
    }

    Chunk chunk(int number) {
        return chunks[number];
    }

    /** How many rows a chunk has. */
    public int rows(int chunk) {
        return Math.min(Chunk.ROWS, rows - (chunk << Chunk.SHIFT));
    }

    /** Where a chunk lies on disk, null if it is in memory. */
    public @Nullable ChunkPlace place(int chunk) {
        return chunks[chunk].place();
    }

    /** Whether nothing was written to a chunk since the capture before. */
    public boolean isQuiet(int chunk) {
        return quiet[chunk];
    }

    /** A cell as {@link io.polaroid.timeseries.row.Row#valueAt} gives it. */
    public @Nullable Object valueAt(int row, int column) {
        return chunks[row >> Chunk.SHIFT].columns[column].valueAt(row & Chunk.MASK);
    }

    /** Copies the rows of one chunk into vectors that the caller owns. */
    public VectorSchemaRoot copyChunk(int chunk, BufferAllocator target) {
        var selection = new RowRuns();
        int first = chunk << Chunk.SHIFT;
        for (int i = 0; i < rows(chunk); i++) {
            selection.add(first + i);
        }
        return copy(selection, schema.getFields().size(), target);
    }

    /** How many rows. */
    public int rows() {
        return rows;
    }

    /** The rows of a chunk in order; it may know rows that are newer than the view. */
    public ChunkOrder order(int chunk, OrderColumns by) {
        return chunks[chunk].order(rows(chunk), by);
    }

    /** Number of the first row of a chunk. */
    public static int firstRow(int chunk) {
        return chunk << Chunk.SHIFT;
    }

    /** A number, 0 where null. */
    public long longAt(int row, int column) {
        return chunks[row >> Chunk.SHIFT].columns[column].longAt(row & Chunk.MASK);
    }

    /** Compares the bytes of a cell of bytes or text, unsigned, with others. */
    public int compareBytes(int row, int column, byte[] other) {
        return chunks[row >> Chunk.SHIFT].columns[column].compareBytes(row & Chunk.MASK, other);
    }

    /** Copies selected rows of the first {@code columns} columns into vectors that the caller owns. */
    public VectorSchemaRoot copy(RowRuns selection, int columns, BufferAllocator target) {
        return TableCopy.copy(schema.getFields().subList(0, columns), chunks, selection, target);
    }

    /**
     * Lends selected rows of the first {@code columns} columns to a reader, who may keep them longer than the view and the table.
     *
     * @param selection in the order of the table
     * @param reader counts what the table lets go of before the reader does
     */
    public LentRows lend(RowRuns selection, int columns, BufferAllocator reader) {
        return LentRows.of(schema.getFields().subList(0, columns), chunks, selection, reader);
    }

    /** Makes the caller a further holder. */
    public void retain() {
        holders.incrementAndGet();
    }

    /** Ends one holder's use. */
    public void release() {
        if (holders.decrementAndGet() == 0) {
            for (Chunk chunk : chunks) {
                chunk.release();
            }
        }
    }
}
