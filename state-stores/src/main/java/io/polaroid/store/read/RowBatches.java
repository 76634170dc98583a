package io.polaroid.store.read;

import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** Rows batch by batch. One thread takes them and closes this, which frees what it has not taken. */
public interface RowBatches extends AutoCloseable {
    /** How many rows, taken or not. */
    long rows();

    /** The next batch, which the caller closes; empty when all are taken. */
    Optional<ArrowRecordBatch> next();

    /** Bytes that are in memory for this alone, since the store has let go of them; for any thread. */
    long leftOver();

    @Override
    void close();

    /**
     * Rows that are copied already, in batches that share their buffers.
     *
     * @param rows taken over
     * @param batchRows rows of a batch
     */
    static RowBatches of(VectorSchemaRoot rows, int batchRows) {
        return new RowBatches() {
            private int taken;

            @Override
            public long rows() {
                return rows.getRowCount();
            }

            @Override
            public Optional<ArrowRecordBatch> next() {
                int count = Math.min(batchRows, rows.getRowCount() - taken);
                if (count <= 0) {
                    return Optional.empty();
                }
                try (var slice = rows.slice(taken, count)) {
                    taken += count;
                    return Optional.of(new VectorUnloader(slice).getRecordBatch());
                }
            }

            @Override
            public long leftOver() {
                return 0;
            }

            @Override
            public void close() {
                rows.close();
            }
        };
    }
}
