package io.polaroid.topology.app;

import io.polaroid.topology.frame.FrameCoalescer;
import io.polaroid.topology.frame.FrameRequirements;
import io.polaroid.topology.frame.FramedProtocol;
import io.polaroid.topology.pipeline.Pipeline;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;

/** The Kafka Streams properties of a pipeline, each with its reason. */
final class StreamsProperties {
    /**
     * What is done between two commits has to fit in, on a slow machine too: else it is fenced, begins anew, and never ends.
     * Transactions that an instance leaves open are ended before (see {@link LeftTransactions}).
     */
    private static final int TRANSACTION_TIMEOUT_MS = 60_000;

    /** The least that a broker allows unless it is told otherwise: a dead instance is missed after this. */
    private static final int SESSION_TIMEOUT_MS = 6_000;

    private static final int HEARTBEAT_INTERVAL_MS = 1_500;

    private static final int RESTORED_ROWS = 20_000;

    private StreamsProperties() {}

    /**
     * The properties.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException {@code INVALID_CONFIG} if overridden ones do not go with frames
     */
    static Properties of(Pipeline pipeline, StreamsSettings settings, FrameCoalescer coalescer) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, pipeline.application());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateFolder().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, pipeline.threads());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        properties.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                switch (pipeline.guarantee()) {
                    case EXACTLY_ONCE_V2 -> StreamsConfig.EXACTLY_ONCE_V2;
                    case AT_LEAST_ONCE -> StreamsConfig.AT_LEAST_ONCE;
                });
        properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        properties.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        properties.put(
                StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.cluster().standbys());
        properties.put(
                StreamsConfig.GROUP_PROTOCOL_CONFIG,
                switch (settings.cluster().protocol()) {
                    case CLASSIC -> GroupProtocol.CLASSIC.name();
                    case STREAMS -> GroupProtocol.STREAMS.name();
                });
        properties.putAll(settings.state().properties());
        clients(properties);
        if (settings.frames().joins()) {
            properties.putAll(FrameRequirements.properties());
        }
        properties.putAll(settings.kafka());
        membership(properties, pipeline, settings);
        FramedProtocol.configure(properties, coalescer);
        FrameRequirements.check(properties, settings.frames());
        return properties;
    }

    /** The streams protocol refuses members with names of their own. */
    private static void membership(Properties properties, Pipeline pipeline, StreamsSettings settings) {
        if (!FramedProtocol.streams(properties)) {
            properties.putIfAbsent(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                    InstanceId.of(settings.stateFolder(), pipeline.application()));
        }
    }

    /**
     * Settings of a group that the broker keeps, where it does.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException {@code INVALID_CONFIG} if the broker refuses them
     */
    static void configureGroup(Properties properties, Pipeline pipeline, StreamsSettings settings) {
        if (FramedProtocol.streams(properties)) {
            StreamsGroup.configure(
                    settings.bootstrapServers(),
                    pipeline.application(),
                    Integer.parseInt(String.valueOf(properties.get(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG))),
                    SESSION_TIMEOUT_MS,
                    HEARTBEAT_INTERVAL_MS);
        }
    }

    private static void clients(Properties properties) {
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), HEARTBEAT_INTERVAL_MS);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
        // A restore takes in what a poll returns at once.
        properties.put(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), RESTORED_ROWS);
        properties.put(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 << 20);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TRANSACTION_TIMEOUT_MS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        // A commit sends what waits, so these only count between commits: larger batches cost less in catching up.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
    }
}
