package io.polaroid.store.internals;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.internals.AsyncKafkaConsumer;
import org.apache.kafka.clients.consumer.internals.StreamsRebalanceData;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.internals.ConsumerWrapper;

/**
 * The seam to the main consumer under {@code group.protocol=streams}: Kafka Streams makes it itself, does not ask the client
 * supplier, and takes a wrapper by class name from an internal setting. What the wrapper does comes with the settings.
 */
public final class StreamsProtocolConsumerWrapper extends ConsumerWrapper {
    private static final String HOOK = "polaroid.consumer.hook";

    private Hook hook = new Hook() {};

    /** What happens around the consumer's calls; all on the stream thread. */
    public interface Hook {
        /** Once, when Kafka Streams has made the consumer. */
        default void wrapped() {}

        /** Before a poll. */
        default void beforePoll() {}

        /** What a poll returned, as Kafka Streams gets it. */
        default ConsumerRecords<byte[], byte[]> polled(ConsumerRecords<byte[], byte[]> records) {
            return records;
        }

        /** After a commit of offsets that is not part of a transaction. */
        default void committed() {}
    }

    /** The settings that make Kafka Streams use this class with a hook. */
    public static Map<String, Object> settings(Hook hook) {
        return Map.of(
                StreamsConfig.mainConsumerPrefix(StreamsConfig.InternalConfig.INTERNAL_CONSUMER_WRAPPER),
                StreamsProtocolConsumerWrapper.class,
                StreamsConfig.mainConsumerPrefix(HOOK),
                hook);
    }

    @Override
    public void wrapConsumer(
            AsyncKafkaConsumer<byte[], byte[]> consumer,
            Map<String, Object> config,
            Optional<StreamsRebalanceData> rebalanceData) {
        super.wrapConsumer(consumer, config, rebalanceData);
        if (!(config.get(HOOK) instanceof Hook given)) {
            throw new IllegalStateException(
                    "Kafka Streams does not pass main consumer settings to its wrapper any more");
        }
        hook = given;
        hook.wrapped();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        hook.beforePoll();
        return hook.polled(super.poll(timeout));
    }

    @Override
    public void commitSync() {
        super.commitSync();
        hook.committed();
    }

    @Override
    public void commitSync(Duration timeout) {
        super.commitSync(timeout);
        hook.committed();
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        super.commitSync(offsets);
        hook.committed();
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        super.commitSync(offsets, timeout);
        hook.committed();
    }
}
