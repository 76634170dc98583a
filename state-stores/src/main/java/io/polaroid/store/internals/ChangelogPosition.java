package io.polaroid.store.internals;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.ChangelogRecordDeserializationHelper;
import org.apache.kafka.streams.query.Position;

/**
 * The seam to the positions that Kafka Streams writes into headers of changelog records, when its internal setting for
 * consistent queries is on.
 */
public final class ChangelogPosition {
    private final boolean written;

    /** For a store, with the context that its {@code init} was given. */
    public ChangelogPosition(StateStoreContext context) {
        written = StreamsConfig.InternalConfig.getBoolean(
                context.appConfigs(), StreamsConfig.InternalConfig.IQ_CONSISTENCY_OFFSET_VECTOR_ENABLED, false);
    }

    /** Adds what a restored record says. */
    public void restored(ConsumerRecord<byte[], byte[]> record, Position position) {
        ChangelogRecordDeserializationHelper.applyChecksAndUpdatePosition(record, written, position);
    }
}
