package io.polaroid.query.engine;

import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Batches that are in memory, as a reader. It shares their buffers and leaves closing them to their owner. */
final class RootsReader extends ArrowReader {
    private final Schema schema;
    private final Iterator<VectorSchemaRoot> batches;

    RootsReader(BufferAllocator allocator, Schema schema, List<VectorSchemaRoot> batches) {
        super(allocator);
        this.schema = schema;
        this.batches = batches.iterator();
    }

    @Override
    public boolean loadNextBatch() throws java.io.IOException {
        prepareLoadNextBatch();
        if (!batches.hasNext()) {
            return false;
        }
        loadRecordBatch(new VectorUnloader(batches.next()).getRecordBatch());
        return true;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        // the batches stay their owner's
    }

    @Override
    protected Schema readSchema() {
        return schema;
    }
}
