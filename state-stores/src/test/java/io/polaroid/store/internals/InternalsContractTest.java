package io.polaroid.store.internals;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.StateRestoreCallbackAdapter;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What we rely on in Kafka Streams without its promise; a failure here means that an upgrade has changed it. */
class InternalsContractTest {
    private final List<String> events = new ArrayList<>();
    private Runnable onFlush = () -> {};
    private StateStoreContext store;
    private ChangelogWriter changelog;
    private ChangelogOffset acknowledged;

    @BeforeEach
    void noActionAtFlush() {
        onFlush = () -> {};
    }

    /** A store that tells what is done to it. */
    private final class Probe implements PreCommitFlush, StateStore {
        @Override
        public String name() {
            return "probe";
        }

        @Override
        public void init(StateStoreContext context, StateStore root) {
            store = context;
            changelog = new ChangelogWriter(context, name());
            acknowledged = new ChangelogOffset(context, name());
            context.register(root, (RecordRestore) records -> events.add("restore"));
        }

        @Override
        public void flushCache() {
            events.add("flush");
            onFlush.run();
        }

        @Override
        public void clearCache() {}

        @Override
        public void close() {}

        @Override
        public boolean persistent() {
            return false;
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    }

    private final class ProbeBuilder implements StoreBuilder<Probe> {
        @Override
        public StoreBuilder<Probe> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<Probe> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<Probe> withLoggingEnabled(Map<String, String> config) {
            return this;
        }

        @Override
        public StoreBuilder<Probe> withLoggingDisabled() {
            return this;
        }

        @Override
        public Probe build() {
            return new Probe();
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return true;
        }

        @Override
        public String name() {
            return "probe";
        }
    }

    private Consumer<Runnable> scope;
    private ProcessorContext<String, String> processor;

    private final class Echo extends ContextualProcessor<String, String, String, String> {
        @Override
        public void init(ProcessorContext<String, String> context) {
            super.init(context);
            processor = context;
            scope = FlushScope.of(context);
        }

        @Override
        public void process(Record<String, String> record) {
            events.add("process " + record.value());
        }
    }

    private TopologyTestDriver driver() {
        var topology = new Topology();
        topology.addSource("source", new StringDeserializer(), new StringDeserializer(), "in");
        topology.addProcessor("echo", Echo::new, "source");
        topology.addStateStore(new ProbeBuilder(), "echo");
        topology.addSink("sink", "out", new StringSerializer(), new StringSerializer(), "echo");
        var properties = new Properties();
        properties.setProperty(StreamsConfig.APPLICATION_ID_CONFIG, "contract");
        properties.setProperty(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class.getName());
        return new TopologyTestDriver(topology, properties);
    }

    @Test
    void flushesAfterProcessingAndBeforeTheCommit() {
        try (var driver = driver()) {
            var input = driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
            input.pipeInput("k", "1");
            input.pipeInput("k", "2");
            assertThat(events.subList(0, 4)).containsExactly("process 1", "flush", "process 2", "flush");
        }
    }

    @Test
    void logsToTheChangelogFromTheFlush() {
        try (var driver = driver()) {
            onFlush = () -> {
                changelog.log(new byte[] {1}, new byte[] {2});
                changelog.log(new byte[] {3}, null);
            };
            driver.createInputTopic("in", new StringSerializer(), new StringSerializer())
                    .pipeInput("k", "1");
            var topic = driver.createOutputTopic(
                    "contract-probe-changelog", new ByteArrayDeserializer(), new ByteArrayDeserializer());
            var logged = topic.readRecord();
            assertThat(logged.key()).containsExactly(1);
            assertThat(logged.value()).containsExactly(2);
            assertThat(topic.readRecord().value()).isNull();
        }
    }

    @Test
    void knowsTheOffsetOfTheLastLoggedRecord() {
        try (var driver = driver()) {
            assertThat(acknowledged.last()).isEmpty();
            onFlush = () -> {
                changelog.log(new byte[] {1}, new byte[] {2});
                changelog.log(new byte[] {3}, null);
            };
            var input = driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
            input.pipeInput("k", "1");
            assertThat(acknowledged.last()).hasValue(1);
            input.pipeInput("k", "2");
            assertThat(acknowledged.last()).hasValue(3);
        }
    }

    @Test
    void sendsToTheTasksPartitionOfAnyTopicFromTheFlush() {
        try (var driver = driver()) {
            onFlush = () -> TaskRecords.send(store, "elsewhere", new byte[] {1}, new byte[] {2});
            driver.createInputTopic("in", new StringSerializer(), new StringSerializer())
                    .pipeInput("k", "1");
            var sent = driver.createOutputTopic("elsewhere", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecord();
            assertThat(sent.key()).containsExactly(1);
            assertThat(sent.value()).containsExactly(2);
        }
    }

    @Test
    void forwardsFromTheFlushWithinTheScopeOnly() {
        try (var driver = driver()) {
            var output = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
            var refused = new ArrayList<Throwable>();
            onFlush = () -> {
                try {
                    processor.forward(new Record<>("k", "outside", 5));
                } catch (RuntimeException e) {
                    refused.add(e);
                }
                scope.accept(() -> processor.forward(new Record<>("k", "inside", 5)));
            };
            driver.createInputTopic("in", new StringSerializer(), new StringSerializer())
                    .pipeInput("k", "1");
            assertThat(refused).hasSize(1);
            var sent = output.readRecord();
            assertThat(sent.value()).isEqualTo("inside");
            assertThat(sent.timestamp()).isEqualTo(5);
            assertThat(output.isEmpty()).isTrue();
        }
    }

    @Test
    void sendsToASinksTopicInTheOrderOfForwards() {
        try (var driver = driver()) {
            var output = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
            onFlush = () -> {
                scope.accept(() -> processor.forward(new Record<>("k", "first", 5)));
                new ResultSink(processor, "sink", "out").send("k".getBytes(UTF_8), "second".getBytes(UTF_8), 6);
                scope.accept(() -> processor.forward(new Record<>("k", "third", 7)));
            };
            driver.createInputTopic("in", new StringSerializer(), new StringSerializer())
                    .pipeInput("k", "1");
            var sent = output.readRecordsToList();
            assertThat(sent).extracting(TestRecord::value).containsExactly("first", "second", "third");
            assertThat(sent.get(1).timestamp()).isEqualTo(6);
            assertThat(sent.get(1).key()).isEqualTo("k");
        }
    }

    @Test
    void leavesTheContextAsItWasWhenAnActionFails() {
        try (var driver = driver()) {
            onFlush = () -> assertThatThrownBy(() -> scope.accept(() -> {
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            var input = driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
            input.pipeInput("k", "1");
            input.pipeInput("k", "2");
            assertThat(events).contains("process 2");
        }
    }

    @Test
    void restoresFromWholeRecords() {
        RecordRestore restore = records -> events.add("restored");
        assertThat(StateRestoreCallbackAdapter.adapt(restore)).isSameAs(restore);
    }

    @Test
    void makesTheClientsThatKafkaStreamsMakes() {
        assertThat(DefaultClients.supplier().getClass().getSimpleName()).isEqualTo("DefaultKafkaClientSupplier");
    }
}
