package io.polaroid.store.column;

import java.lang.ref.SoftReference;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A fixed number of rows; shared by the table and its views, freed with the last of them. */
final class Chunk {
    static final int SHIFT = 12;
    static final int ROWS = 1 << SHIFT;
    static final int MASK = ROWS - 1;

    final Column[] columns;
    private final @Nullable ChunkPlace place;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** For good: what was lent may be on its way to a client long after its reader has closed it. */
    private volatile boolean lent;

    /** The count of captures when it was last written. */
    int written;

    /** The greatest event time, once somebody has asked and the chunk is full. */
    @Nullable
    Long greatest;

    /** Its rows in order, once somebody has asked; set by readers too. */
    private volatile SoftReference<ChunkOrder> order = new SoftReference<>(null);

    private Chunk(Column[] columns, @Nullable ChunkPlace place) {
        this.columns = columns;
        this.place = place;
    }

    static Chunk allocate(List<Field> fields, BufferAllocator allocator) {
        Column[] columns = new Column[fields.size()];
        int made = 0;
        try {
            for (; made < columns.length; made++) {
                columns[made] = Column.of(fields.get(made), ROWS, allocator);
            }
            return new Chunk(columns, null);
        } catch (RuntimeException e) {
            for (int i = 0; i < made; i++) {
                columns[i].close();
            }
            throw e;
        }
    }

    /** Rows of a file; they are never written. */
    static Chunk mapped(MappedBatch batch) {
        return new Chunk(batch.columns(), batch.place());
    }

    boolean isMapped() {
        return place != null;
    }

    @Nullable
    ChunkPlace place() {
        return place;
    }

    /** The order of at least its first {@code rows} rows, which are there. */
    ChunkOrder order(int rows, OrderColumns by) {
        ChunkOrder known = order.get();
        if (known == null || known.rows() < rows) {
            known = ChunkOrder.of(columns, rows, by);
            order = new SoftReference<>(known);
        }
        return known;
    }

    /** A chunk of its own in memory with the same first {@code rows} rows. */
    Chunk copy(int rows, List<Field> fields, BufferAllocator allocator) {
        Chunk copy = allocate(fields, allocator);
        try {
            copy.copyFrom(this, 0, rows, 0);
            return copy;
        } catch (RuntimeException e) {
            copy.release();
            throw e;
        }
    }

    void copyFrom(Chunk source, int start, int length, int at) {
        for (int i = 0; i < columns.length; i++) {
            columns[i].copyFrom(source.columns[i], start, length, at);
        }
    }

    boolean isShared() {
        return lent || holders.get() > 1;
    }

    /** Its first columns for a reader, who releases them, at any time after this one. */
    Chunk lend(int count, BufferAllocator reader) {
        lent = true;
        var columnsLent = new Column[count];
        for (int i = 0; i < count; i++) {
            columnsLent[i] = columns[i].lend(reader);
        }
        return new Chunk(columnsLent, place);
    }

    void retain() {
        holders.incrementAndGet();
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            for (Column column : columns) {
                column.close();
            }
        }
    }
}
