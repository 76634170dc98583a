package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.commit.GatedClients;
import io.polaroid.store.commit.UnendedTransactions;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.topology.frame.MainConsumers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stream threads that lose their tasks in the middle of a transaction, at a real broker, when their producer can end nothing any
 * more. A transaction may take longer than the test, so whoever waits for its time to be up waits in vain.
 */
class UnendedTransactionsIT {
    private static final String APPLICATION = "market";
    private static final int TRANSACTION_TIMEOUT_MS = 900_000;

    /** Producers that come to know, like one that the broker refuses, that they can neither abort nor end orderly. */
    private static final class Refused extends DefaultKafkaClientSupplier {
        final Set<Object> refused = ConcurrentHashMap.newKeySet();
        private volatile boolean first = true;

        @Override
        @SuppressWarnings("unchecked")
        public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
            var client = super.getProducer(config);
            if (!first) {
                return client;
            }
            first = false;
            return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                    Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (self, method, arguments) -> {
                        if (method.getName().equals("abortTransaction")) {
                            refused.add(config.get("transactional.id"));
                            throw new KafkaException("in an error state");
                        }
                        if (method.getName().equals("close")) {
                            client.close(Duration.ZERO);
                            return null;
                        }
                        try {
                            return method.invoke(client, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    /** Copies rows; fails once, when the row before is on its way. */
    private static final class Copy {
        private final RuntimeException failure;
        private volatile boolean failed;

        Copy(RuntimeException failure) {
            this.failure = failure;
        }

        String copied(String row) {
            if (row.equals("fails") && !failed) {
                failed = true;
                throw failure;
            }
            return row;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(60)
    void rowsBehindThemAreReadAsSoonAsTheThreadGoesOn(boolean dies, @TempDir Path state) throws Exception {
        var broker = EmbeddedBroker.shared();
        String input = broker.newTopic("in", 1);
        String output = broker.newTopic("out", 1);
        var application = APPLICATION + "-" + output;
        var clients = Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers());
        var copy = new Copy(dies ? new IllegalStateException("lost") : new TaskMigratedException("lost", null));
        var refused = new Refused();
        var unended = new UnendedTransactions();
        try (var streams = new KafkaStreams(
                        topology(input, output, copy),
                        properties(application, broker, state),
                        MainConsumers.of(new GatedClients(refused, unended), new LeavingClients()));
                var left = new LeftTransactions(application, () -> Admin.create(clients), false, unended);
                var feed = new KafkaProducer<>(clients, new StringSerializer(), new StringSerializer())) {
            streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.REPLACE_THREAD);
            streams.start();
            left.watch(streams);
            // When a thread loses its tasks behind a row, and its producer cannot abort
            for (String row : List.of("before", "fails", "behind")) {
                feed.send(new ProducerRecord<>(input, row, row));
            }
            feed.flush();
            // Then what the next one commits is read, once
            assertThat(committed(clients, output, 3)).containsExactly("before", "fails", "behind");
            assertThat(refused.refused).hasSize(1);
            assertThat(unended.ids()).isEmpty();
        }
    }

    private static org.apache.kafka.streams.Topology topology(String input, String output, Copy copy) {
        var builder = new StreamsBuilder();
        builder.<String, String>stream(input).mapValues(copy::copied).to(output);
        return builder.build();
    }

    private static Properties properties(String application, EmbeddedBroker broker, Path state) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        properties.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        properties.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), TRANSACTION_TIMEOUT_MS);
        // The row before is at the broker when the thread fails.
        properties.put(StreamsConfig.producerPrefix("batch.size"), 0);
        properties.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6_000);
        properties.put(StreamsConfig.consumerPrefix("max.poll.records"), 1);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
        properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        return properties;
    }

    private static List<String> committed(Map<String, Object> clients, String topic, int rows) {
        var config = new java.util.HashMap<>(clients);
        config.put("isolation.level", "read_committed");
        var read = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            var partition = new org.apache.kafka.common.TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (read.size() < rows) {
                consumer.poll(Duration.ofMillis(100)).forEach(row -> read.add(row.value()));
            }
        }
        return read;
    }
}
