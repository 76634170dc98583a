package io.polaroid.query.memory;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.VectorBatchAppender;

/**
 * Gathers batches and makes one table of them. A single batch is not copied.
 *
 * <p><b>Owns</b> what was added until {@link #table}, which leaves it empty.
 */
public final class Batches implements AutoCloseable {
    private final Schema schema;
    private final BufferAllocator allocator;
    private final List<VectorSchemaRoot> roots = new ArrayList<>();
    private long rows;
    private long bytes;

    /** No batches yet. */
    public Batches(Schema schema, BufferAllocator allocator) {
        this.schema = schema;
        this.allocator = allocator;
    }

    /** Keeps the rows of a batch; its buffers are shared, so that it may be closed or filled anew. */
    public void add(VectorSchemaRoot batch) {
        if (batch.getRowCount() == 0) {
            return;
        }
        var root = VectorSchemaRoot.create(schema, allocator);
        roots.add(root);
        try (ArrowRecordBatch shared = new VectorUnloader(batch).getRecordBatch()) {
            new VectorLoader(root).load(shared);
        }
        rows += root.getRowCount();
        bytes += HeldTable.bytes(root);
    }

    /** How many rows were added. */
    public long rows() {
        return rows;
    }

    /** How many bytes they take. */
    public long bytes() {
        return bytes;
    }

    /** All rows as one table, which the caller closes. */
    public VectorSchemaRoot table() {
        if (roots.size() == 1) {
            return roots.removeFirst();
        }
        var columns = new ArrayList<FieldVector>();
        try {
            for (int i = 0; i < schema.getFields().size(); i++) {
                columns.add(column(i));
            }
            var table = new VectorSchemaRoot(schema, List.copyOf(columns), Math.toIntExact(rows));
            columns.clear();
            return table;
        } finally {
            columns.forEach(FieldVector::close);
            close();
        }
    }

    /** Each column's batches are freed as soon as they are copied, so that the table never stands in memory twice. */
    private FieldVector column(int index) {
        var column = schema.getFields().get(index).createVector(allocator);
        try {
            allocate(column, index);
            var parts = roots.stream().map(root -> root.getVector(index)).toArray(FieldVector[]::new);
            VectorBatchAppender.batchAppend(column, parts);
            column.setValueCount(Math.toIntExact(rows));
            for (FieldVector part : parts) {
                part.clear();
            }
            return column;
        } catch (RuntimeException e) {
            column.close();
            throw e;
        }
    }

    private void allocate(FieldVector column, int index) {
        switch (column) {
            case BaseFixedWidthVector fixed -> fixed.allocateNew(Math.toIntExact(rows));
            case BaseVariableWidthVector text -> {
                long size = roots.stream()
                        .map(root -> (BaseVariableWidthVector) root.getVector(index))
                        .mapToLong(part -> part.getOffsetBuffer().getInt((long) part.getValueCount() * Integer.BYTES))
                        .sum();
                text.allocateNew(size, Math.toIntExact(rows));
            }
            default -> column.allocateNew();
        }
        column.setValueCount(0);
    }

    @Override
    public void close() {
        roots.forEach(VectorSchemaRoot::close);
        roots.clear();
    }
}
