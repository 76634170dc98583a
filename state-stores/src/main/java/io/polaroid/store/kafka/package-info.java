/**
 * Kafka's own kinds of stores over Arrow entries, for applications that are written in the DSL of Kafka Streams.
 *
 * <p>Entry point: {@link io.polaroid.store.kafka.KafkaStores}, which makes suppliers for {@code Materialized.as}.
 */
@NullMarked
package io.polaroid.store.kafka;

import org.jspecify.annotations.NullMarked;
