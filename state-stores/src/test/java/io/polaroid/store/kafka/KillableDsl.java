package io.polaroid.store.kafka;

import io.polaroid.store.Stores;
import io.polaroid.store.kafka.DslTopology.Caching;
import io.polaroid.store.segment.SegmentSettings;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** A DSL application on Arrow stores, in a process of its own to be killed. */
final class KillableDsl {
    private KillableDsl() {}

    /** Runs until it is killed; arguments are servers, input topic, output topic and state folder. */
    public static void main(String[] arguments) {
        streams(arguments[0], arguments[1], arguments[2], Path.of(arguments[3]), new RootAllocator())
                .start();
    }

    static KafkaStreams streams(String servers, String input, String output, Path folder, BufferAllocator allocator) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "app-" + input);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        properties.put("producer.transaction.timeout.ms", 5_000);
        properties.put("main.consumer.session.timeout.ms", 2_000);
        properties.put("main.consumer.heartbeat.interval.ms", 500);
        properties.put("main.consumer.max.poll.records", 97);
        properties.put(SegmentSettings.INTERVAL_MS, "100");
        properties.put(SegmentSettings.SEGMENT_ROWS, "4096");
        var topology = DslTopology.of(input, output, new DslTopology.Arrow(new KafkaStores(allocator)), Caching.OFF);
        return new KafkaStreams(topology, properties, Stores.clients());
    }
}
