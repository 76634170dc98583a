package io.polaroid.store.read;

import java.util.List;

/**
 * Committed rows of a table on loan, one part per partition: the same rows as those of a {@link TableSnapshot} of the same moment, but
 * most of their buffers are the store's own. The holder closes it; the store does not wait for that, whatever becomes of it.
 *
 * @param parts by partition number
 */
public record TableScan(List<Part> parts) implements AutoCloseable {
    private static final int BATCH_ROWS = 32_768;

    public TableScan {
        parts = List.copyOf(parts);
    }

    /**
     * One partition.
     *
     * @param partition its number
     * @param rows its rows in the table's schema, in the order of {@link TableSnapshot.Part#rows}
     * @param completeFrom as in {@link TableSnapshot.Part}
     * @param committedOffset last input offset (of its first input) that the rows include; -1 for none
     * @param progressNanos the partition's progress, {@link Long#MIN_VALUE} before the first row
     */
    public record Part(int partition, RowBatches rows, long completeFrom, long committedOffset, long progressNanos) {}

    /** The rows of a snapshot, which is taken over. */
    public static TableScan of(TableSnapshot snapshot) {
        return new TableScan(snapshot.parts().stream()
                .map(part -> new Part(
                        part.partition(),
                        RowBatches.of(part.rows(), BATCH_ROWS),
                        part.completeFrom(),
                        part.committedOffset(),
                        part.progressNanos()))
                .toList());
    }

    /** Bytes that are in memory for this alone; for any thread. */
    public long leftOver() {
        return parts.stream().mapToLong(part -> part.rows().leftOver()).sum();
    }

    @Override
    public void close() {
        parts.forEach(part -> part.rows().close());
    }
}
