package io.polaroid.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.kafka.DslTopology.Caching;
import io.polaroid.testsupport.Allocators;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A DSL topology with our stores gives, record by record, what it gives with Kafka's. */
@ExtendWith(Allocators.class)
class DslDriverTest {
    private static final int ROWS = 1_500;

    @TempDir
    Path folder;

    /** What a run gave: all output records, and what its stores held in the end. */
    private record Run(List<TestRecord<String, String>> output, List<String> state) {}

    private Run run(DslTopology.Suppliers stores, Caching caching) {
        var properties = new Properties();
        properties.setProperty(StreamsConfig.APPLICATION_ID_CONFIG, "dsl");
        properties.setProperty(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.setProperty(
                StreamsConfig.STATE_DIR_CONFIG,
                folder.resolve(stores.getClass().getSimpleName()).toString());
        try (var driver = new TopologyTestDriver(
                DslTopology.of("in", "out", stores, caching), properties, Instant.ofEpochMilli(0))) {
            TestInputTopic<String, Long> input =
                    driver.createInputTopic("in", new StringSerializer(), new LongSerializer());
            var output = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
            var random = new Random(7);
            for (int i = 0; i < ROWS; i++) {
                // Some rows are late, and some later than grace or retention.
                long late = random.nextInt(50) == 0 ? random.nextInt(90_000) : random.nextInt(3_000);
                input.pipeInput("k" + random.nextInt(20), (long) random.nextInt(100), Math.max(0, i * 100L - late));
            }
            return new Run(output.readRecordsToList(), state(driver));
        }
    }

    private static List<String> state(TopologyTestDriver driver) {
        var state = new ArrayList<String>();
        try (var sums = driver.<String, ValueAndTimestamp<Long>>getTimestampedKeyValueStore(DslTopology.SUMS)
                .all()) {
            sums.forEachRemaining(pair -> state.add(text(pair)));
        }
        try (var counts = driver.<String, ValueAndTimestamp<Long>>getTimestampedWindowStore(DslTopology.COUNTS)
                .fetchAll(Instant.EPOCH, Instant.ofEpochMilli(ROWS * 100L))) {
            counts.forEachRemaining(pair -> state.add(text(pair)));
        }
        for (int i = 0; i < 20; i++) {
            try (var sessions =
                    driver.<String, Long>getSessionStore(DslTopology.SESSIONS).fetch("k" + i)) {
                sessions.forEachRemaining(pair -> state.add(text(pair)));
            }
        }
        return state;
    }

    private static String text(KeyValue<?, ?> pair) {
        return (pair.key instanceof Windowed<?> windowed ? windowed.toString() : pair.key) + "=" + pair.value;
    }

    @ParameterizedTest
    @EnumSource(Caching.class)
    void givesRecordByRecordWhatKafkasStoresGive(Caching caching, BufferAllocator allocator) {
        // When
        Run ours = run(new DslTopology.Arrow(new KafkaStores(allocator)), caching);
        Run inMemory = run(new DslTopology.InMemory(), caching);
        Run rocks = run(new DslTopology.Rocks(), caching);
        // Then
        assertThat(ours.output()).hasSizeGreaterThan(4 * ROWS);
        assertThat(ours.output()).isEqualTo(inMemory.output());
        assertThat(ours.output()).isEqualTo(rocks.output());
        assertThat(ours.state()).isEqualTo(rocks.state());
        assertThat(ours.state()).containsExactlyInAnyOrderElementsOf(inMemory.state());
    }
}
