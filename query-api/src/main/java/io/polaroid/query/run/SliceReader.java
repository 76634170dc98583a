package io.polaroid.query.run;

import io.polaroid.query.memory.HeldTable;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table in memory as batches that share its buffers.
 *
 * <p><b>Owns</b> a share of the table, which it lets go when it is closed.
 */
final class SliceReader extends ArrowReader {
    private final HeldTable table;
    private final int batchRows;
    private int next;
    private boolean held = true;

    SliceReader(HeldTable table, int batchRows, BufferAllocator allocator) {
        super(allocator);
        this.table = table;
        this.batchRows = batchRows;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        int rows = table.rows().getRowCount();
        if (next >= rows) {
            return false;
        }
        int count = Math.min(batchRows, rows - next);
        if (count == rows) {
            loadRecordBatch(new VectorUnloader(table.rows()).getRecordBatch());
        } else {
            try (var slice = table.rows().slice(next, count)) {
                loadRecordBatch(new VectorUnloader(slice).getRecordBatch());
            }
        }
        next += count;
        return true;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        if (held) {
            held = false;
            table.close();
        }
    }

    @Override
    protected Schema readSchema() {
        return table.schema();
    }
}
