package io.polaroid.store.column;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of a {@link ColumnTable} at one moment. Any thread may read it between its making or {@link #retain} and the matching
 * {@link #release}; the last release frees what the table itself no longer holds.
 */
public final class TableView {
    private final Schema schema;
    private final Chunk[] chunks;
    private final int rows;
    private final AtomicInteger holders = new AtomicInteger(1);

    TableView(Schema schema, Chunk[] chunks, int rows) {
        this.schema = schema;
        this.chunks = chunks;
        this.rows = rows;
        for (Chunk chunk : chunks) {
            chunk.retain();
        }
    }

    /** How many rows. */
    public int rows() {
        return rows;
    }

    /** A number, 0 where null. */
    public long longAt(int row, int column) {
        return chunks[row >> Chunk.SHIFT].columns[column].longAt(row & Chunk.MASK);
    }

    /** Copies selected rows of the first {@code columns} columns into vectors that the caller owns. */
    public VectorSchemaRoot copy(RowRuns selection, int columns, BufferAllocator target) {
        return TableCopy.copy(schema.getFields().subList(0, columns), chunks, selection, target);
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
