package io.polaroid.store.internals;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** What the stores of the DSL rely on in Kafka Streams without its promise; a failure here means that an upgrade has changed it. */
class StoreInternalsContractTest {
    private final AtomicReference<ProcessorContext<?, ?>> context = new AtomicReference<>();

    /** Puts each row into a window store and a session store of Kafka's, which log it. */
    private final class Put extends ContextualProcessor<String, String, Void, Void> {
        @Override
        public void init(ProcessorContext<Void, Void> processor) {
            super.init(processor);
            context.set(processor);
        }

        @Override
        public void process(Record<String, String> row) {
            Bytes key = bytes(row.key());
            byte[] value = row.value().getBytes(StandardCharsets.UTF_8);
            WindowStore<Bytes, byte[]> windows = context().getStateStore("windows");
            windows.put(key, value, 5_000);
            SessionStore<Bytes, byte[]> sessions = context().getStateStore("sessions");
            sessions.put(ChangelogKeys.session(key.get(), 3_000, 4_000), value);
            DroppedRecords.count((StateStoreContext) context());
        }
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private TopologyTestDriver driver() {
        var topology = new Topology();
        topology.addSource(
                "source", Serdes.String().deserializer(), Serdes.String().deserializer(), "in");
        topology.addProcessor("put", Put::new, "source");
        var windows = Stores.inMemoryWindowStore("windows", Duration.ofMinutes(1), Duration.ofSeconds(1), false);
        topology.addStateStore(Stores.windowStoreBuilder(windows, Serdes.Bytes(), Serdes.ByteArray()), "put");
        var sessions = Stores.inMemorySessionStore("sessions", Duration.ofMinutes(1));
        topology.addStateStore(Stores.sessionStoreBuilder(sessions, Serdes.Bytes(), Serdes.ByteArray()), "put");
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "app");
        properties.put(StreamsConfig.InternalConfig.IQ_CONSISTENCY_OFFSET_VECTOR_ENABLED, true);
        return new TopologyTestDriver(topology, properties);
    }

    private static List<TestRecord<byte[], byte[]>> changelog(TopologyTestDriver driver, String store) {
        var topic = "app-" + store + "-changelog";
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    @Test
    void changelogKeysAreReadAndWrittenAsKafkasStoresDo() {
        try (var driver = driver()) {
            driver.createInputTopic("in", new StringSerializer(), new StringSerializer())
                    .pipeInput("key", "value");
            byte[] window = changelog(driver, "windows").getFirst().key();
            assertThat(ChangelogKeys.windowKey(window)).isEqualTo(bytes("key").get());
            assertThat(ChangelogKeys.windowStart(window)).isEqualTo(5_000);
            assertThat(ChangelogKeys.ofWindow(bytes("key").get(), 5_000, 0)).isEqualTo(window);
            byte[] session = changelog(driver, "sessions").getFirst().key();
            Windowed<Bytes> found = ChangelogKeys.session(session);
            assertThat(found).isEqualTo(ChangelogKeys.session(bytes("key").get(), 3_000, 4_000));
            assertThat(ChangelogKeys.ofSession(found)).isEqualTo(session);
        }
    }

    @Test
    void windowsThatEndBehindAllNumbersAreCut() {
        var window = ChangelogKeys.windowed(bytes("key").get(), Long.MAX_VALUE - 1, 10)
                .window();
        assertThat(window.start()).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(window.end()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void droppedRecordsAreCountedForTheTask() {
        try (var driver = driver()) {
            driver.createInputTopic("in", new StringSerializer(), new StringSerializer())
                    .pipeInput("key", "value");
            assertThat(driver.metrics().entrySet())
                    .filteredOn(metric -> metric.getKey().name().equals("dropped-records-total"))
                    .singleElement()
                    .satisfies(metric ->
                            assertThat(metric.getValue().metricValue()).isEqualTo(1.0));
        }
    }

    @Test
    void positionsAreInTheHeadersOfTheChangelog() {
        try (var driver = driver()) {
            var input = driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
            input.pipeInput("key", "value");
            input.pipeInput("key", "value");
            TestRecord<byte[], byte[]> logged = changelog(driver, "windows").getLast();
            Headers headers = logged.headers();
            var record = new ConsumerRecord<>(
                    "changelog",
                    0,
                    1,
                    0,
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    logged.key(),
                    logged.value(),
                    headers,
                    Optional.empty());
            Position position = Position.emptyPosition();
            new ChangelogPosition((StateStoreContext) context.get()).restored(record, position);
            assertThat(position).isEqualTo(Position.emptyPosition().withComponent("in", 0, 1));
        }
    }
}
