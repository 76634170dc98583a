package io.polaroid.query.engine;

import io.polaroid.store.read.TableScan;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows of a scan behind those of the table's history. Batches share the scan's buffers.
 *
 * <p><b>Owns</b> nothing: scan and history are closed by whoever closes this.
 */
final class ScanReader extends ArrowReader {
    private static final String OFFSET = "_offset";

    private final Schema schema;
    private final Iterator<TableScan.Part> parts;
    private final IntToLongFunction boundary;
    private Optional<ArrowReader> cold;
    private Optional<TableScan.Part> part = Optional.empty();

    /** Rows of a scan only. */
    ScanReader(BufferAllocator allocator, Schema schema, TableScan scan) {
        this(allocator, schema, Optional.empty(), scan, partition -> -1);
    }

    /**
     * Rows of both.
     *
     * @param schema names and types are those of the rows
     * @param cold comes first
     * @param boundary the offset up to which rows of a partition are left out since they are in {@code cold}, -1 for none
     */
    ScanReader(
            BufferAllocator allocator,
            Schema schema,
            Optional<ArrowReader> cold,
            TableScan scan,
            IntToLongFunction boundary) {
        super(allocator);
        this.schema = schema;
        this.cold = cold;
        this.parts = scan.parts().iterator();
        this.boundary = boundary;
    }

    /** Whether the current batch is of the scan. */
    boolean isHot() {
        return cold.isEmpty();
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        if (cold.isPresent()) {
            ArrowReader history = cold.get();
            if (history.loadNextBatch()) {
                loadRecordBatch(new VectorUnloader(history.getVectorSchemaRoot()).getRecordBatch());
                return true;
            }
            cold = Optional.empty();
        }
        return loadHot();
    }

    private boolean loadHot() throws IOException {
        while (true) {
            Optional<ArrowRecordBatch> batch = part.flatMap(now -> now.rows().next());
            if (batch.isPresent()) {
                loadRecordBatch(batch.get());
                if (leaveOut(boundary.applyAsLong(part.orElseThrow().partition()))) {
                    return true;
                }
            } else if (parts.hasNext()) {
                part = Optional.of(parts.next());
            } else {
                return false;
            }
        }
    }

    /** Rows of a partition are in the order of their offsets; whether any are left. */
    private boolean leaveOut(long upTo) throws IOException {
        VectorSchemaRoot rows = getVectorSchemaRoot();
        if (upTo < 0) {
            return rows.getRowCount() > 0;
        }
        var offsets = (BigIntVector) rows.getVector(OFFSET);
        int first = 0;
        while (first < rows.getRowCount() && offsets.get(first) <= upTo) {
            first++;
        }
        if (first == rows.getRowCount()) {
            return false;
        }
        if (first > 0) {
            try (var rest = rows.slice(first)) {
                loadRecordBatch(new VectorUnloader(rest).getRecordBatch());
            }
        }
        return true;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        // what is read from stays its owner's
    }

    @Override
    protected Schema readSchema() {
        return schema;
    }
}
