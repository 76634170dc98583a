package io.polaroid.topology.processor;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Key of a record with the partition that it goes to, where that does not follow from the key.
 *
 * @param bytes the record key
 * @param partition where it goes
 */
record PlacedKey(byte[] bytes, int partition) {
    static final Serializer<PlacedKey> SERIALIZER =
            (topic, key) -> Objects.requireNonNull(key).bytes();

    static final StreamPartitioner<PlacedKey, byte[]> PARTITIONER =
            (topic, key, value, partitions) -> Optional.of(Set.of(key.partition()));
}
