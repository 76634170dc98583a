package io.polaroid.topology.processor;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Key of a control record on its way to a view's topic, with the partition that it is about.
 *
 * @param bytes the record key
 * @param partition where it goes
 */
record ControlKey(byte[] bytes, int partition) {
    static final Serializer<ControlKey> SERIALIZER =
            (topic, key) -> Objects.requireNonNull(key).bytes();

    static final StreamPartitioner<ControlKey, byte[]> PARTITIONER =
            (topic, key, value, partitions) -> Optional.of(Set.of(key.partition()));
}
