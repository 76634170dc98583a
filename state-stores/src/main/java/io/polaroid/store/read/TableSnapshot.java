package io.polaroid.store.read;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Committed rows of a table, one part per partition. The holder closes it, which frees its buffers.
 *
 * @param parts by partition number
 */
public record TableSnapshot(List<Part> parts) implements AutoCloseable {
    public TableSnapshot {
        parts = List.copyOf(parts);
    }

    /**
     * One partition.
     *
     * @param partition its number
     * @param rows its rows in the table's schema: a stream's in offset order, a view's in no order, newest revision of each
     *     result only
     * @param completeFrom for a stream: every row of the topic with this offset or more, up to {@code committedOffset}, is in
     *     {@code rows} (rows of older event time than retention have left; the sink must have them). For a view: event time
     *     in ns since 1970 from which on it is complete
     * @param committedOffset last input offset (of its first input) that the snapshot includes; -1 for none
     * @param progressNanos the partition's progress, {@link Long#MIN_VALUE} before the first row
     */
    public record Part(
            int partition, VectorSchemaRoot rows, long completeFrom, long committedOffset, long progressNanos) {}

    @Override
    public void close() {
        var failures = new ArrayList<RuntimeException>();
        for (Part part : parts) {
            try {
                part.rows().close();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            var first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }
}
