package io.polaroid.store.query;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.streams.query.Position;

/**
 * Rows of one partition of a store, as committed. The asker closes them.
 *
 * @param partition number of the partition
 * @param rows the rows: of a stream or a view in its table's columns; of a key-value, window or session store with the columns
 *     key, time, sequence, value
 * @param position how far the inputs are in the commit that they are of
 */
public record ArrowRows(int partition, VectorSchemaRoot rows, Position position) implements AutoCloseable {
    @Override
    public void close() {
        rows.close();
    }
}
