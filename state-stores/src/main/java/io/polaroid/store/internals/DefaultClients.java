package io.polaroid.store.internals;

import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/** The seam to the clients that Kafka Streams makes for itself; the class is internal, its interface is not. */
public final class DefaultClients {
    private DefaultClients() {}

    /** Makes plain clients. */
    public static KafkaClientSupplier supplier() {
        return new DefaultKafkaClientSupplier();
    }
}
