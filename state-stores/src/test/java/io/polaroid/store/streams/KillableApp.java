package io.polaroid.store.streams;

import io.polaroid.store.Stores;
import io.polaroid.store.segment.SegmentSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** The smallest application on the stores, as a process of its own that a test can kill. */
final class KillableApp {
    static final Duration RETENTION = Duration.ofSeconds(8);

    private KillableApp() {}

    /** Runs until it is killed; arguments are servers, input topic, output topic and state folder. */
    public static void main(String[] arguments) {
        var allocator = new RootAllocator();
        streams(arguments[0], arguments[1], arguments[2], Path.of(arguments[3]), allocator)
                .start();
    }

    static KafkaStreams streams(String servers, String input, String output, Path folder, BufferAllocator allocator) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "app-" + input);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50);
        properties.put("producer.transaction.timeout.ms", 5_000);
        properties.put("main.consumer.session.timeout.ms", 2_000);
        properties.put("main.consumer.heartbeat.interval.ms", 500);
        properties.put("main.consumer.max.poll.records", 97);
        properties.put(SegmentSettings.INTERVAL_MS, "100");
        properties.put(SegmentSettings.SEGMENT_ROWS, "4096");
        return new KafkaStreams(SumTopology.of(input, output, RETENTION, allocator), properties, Stores.clients());
    }
}
