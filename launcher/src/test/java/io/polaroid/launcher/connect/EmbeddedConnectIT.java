package io.polaroid.launcher.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.launcher.broker.EmbeddedBroker;
import io.polaroid.timeseries.result.PolaroidException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EmbeddedConnectIT {
    private static final TopicPartition NUMBERS = new TopicPartition("numbers", 0);

    @TempDir
    Path folder;

    @Test
    void goesOnWhereItWasAfterARestartOfEverything() throws Exception {
        // Given a first run that was stopped after 25 numbers
        try (var broker = EmbeddedBroker.open(folder, 0);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
                var connect = EmbeddedConnect.open("market.connect", broker.bootstrap(), 0)) {
            admin.createTopics(List.of(new NewTopic("numbers", 1, (short) 1)))
                    .all()
                    .get();
            connect.put("feed", config(25));
            connect.put("feed", config(25));
            assertThat(readCommitted(broker, NUMBERS, 25)).isEqualTo(numbers(25));
            assertThat(connect.connectors()).containsExactly("feed");
            assertThat(connect.restUrl().getPort()).isPositive();
        }

        // When it is started again with a higher limit
        try (var broker = EmbeddedBroker.open(folder, 0);
                var connect = EmbeddedConnect.open("market.connect", broker.bootstrap(), 0)) {
            connect.put("feed", config(60));

            // Then each number is there once
            assertThat(readCommitted(broker, NUMBERS, 60)).isEqualTo(numbers(60));
            assertThat(connect.status("feed").running()).isTrue();

            // and what a connector says of its settings is a problem, not a stack trace
            assertThatThrownBy(() -> connect.put("other", Map.of("connector.class", "io.example.NoSuch")))
                    .isInstanceOf(PolaroidException.class)
                    .hasMessageContaining("NoSuch");
            connect.remove("feed");
            connect.remove("feed");
            assertThat(connect.status("never").state()).isEqualTo("UNASSIGNED");
        }
    }

    @Test
    void aTaskWhoseTransactionWasEndedByTheBrokerIsStartedAgainAndOneThatFailedOfItsOwnIsNot() throws Exception {
        try (var broker = EmbeddedBroker.open(folder, 0);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic("numbers", 1, (short) 1)))
                    .all()
                    .get();
            try (var connect = EmbeddedConnect.open("market.connect", broker.bootstrap(), 0);
                    var watch = connect.watch(InstantSource.system())) {
                connect.put("feed", slow(Long.MAX_VALUE));
                connect.put("other", config(10));
                assertThat(readCommitted(broker, NUMBERS, 30)).hasSizeGreaterThan(29);
                // When the broker fences its producer, as it does when it has ended the transaction
                admin.fenceProducers(List.of("market.connect-feed-0")).all().get();
                while (connect.status("feed").whyFailed().isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                var trace = connect.status("feed").tasks().getFirst().failure();
                assertThat(TaskFailure.isOfBroker(trace)).as(trace).isTrue();
                int before = readCommitted(broker, NUMBERS, 30).size();
                watch.watch(List.of("feed", "other"));
                // Then it goes on where it was
                var numbers = readCommitted(broker, NUMBERS, before + 50);
                assertThat(numbers.stream().filter(number -> Long.parseLong(number) >= 10))
                        .isEqualTo(numbers(numbers.size() - 10).subList(10, numbers.size() - 10));
                assertThat(watch.failure()).isEmpty();
                // And one that cannot be helped ends the stack
                var wrong = new HashMap<>(config(20));
                wrong.put("failure", "no such feed");
                connect.put("other", wrong);
                while (watch.failure().isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                assertThat(watch.failure().orElseThrow())
                        .startsWith("other has failed: ")
                        .endsWith("no such feed");
            }
        }
    }

    private static Map<String, String> slow(long limit) {
        var config = new HashMap<>(config(limit));
        config.put("pause.ms", "20");
        return config;
    }

    @Test
    void heldSettingsAreInNoTopic() throws Exception {
        // Given a connector one of whose settings is held
        try (var broker = EmbeddedBroker.open(folder, 0);
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic("numbers", 1, (short) 1)))
                    .all()
                    .get();
            try (var connect = EmbeddedConnect.open("market.connect", broker.bootstrap(), 0)) {
                connect.put("feed", held(25));
                assertThat(readCommitted(broker, NUMBERS, 25)).hasSize(25);
            }

            // When the worker is started again, with another text held under the same name
            var again = held(60);
            try (var connect = EmbeddedConnect.open("market.connect", broker.bootstrap(), 0)) {
                connect.put("feed", again);
                assertThat(readCommitted(broker, NUMBERS, 60)).hasSize(60);
            }

            // Then Connect's topic has the reference only, for the connector and its task
            var stored = readCommitted(broker, new TopicPartition("market.connect.config", 0), 1);
            assertThat(stored).anyMatch(text -> text.contains("${held:market.connect/feed:limit}"));
            assertThat(stored).noneMatch(text -> text.contains("\"25\"") || text.contains("\"60\""));
        }
    }

    private static Map<String, String> held(long limit) {
        var config = new HashMap<>(config(limit));
        config.compute("limit", (key, value) -> HeldSettings.hold("market.connect", "feed", key, value));
        return config;
    }

    private static Map<String, String> config(long limit) {
        return Map.of(
                "connector.class",
                CountingSourceConnector.class.getName(),
                "tasks.max",
                "1",
                "topic",
                NUMBERS.topic(),
                "limit",
                Long.toString(limit),
                "exactly.once.support",
                "required",
                "transaction.boundary",
                "poll");
    }

    private static List<String> numbers(long limit) {
        return LongStream.range(0, limit).mapToObj(Long::toString).toList();
    }

    /** What a partition holds, at least so many rows. */
    private static List<String> readCommitted(EmbeddedBroker broker, TopicPartition partition, int rows) {
        Map<String, Object> client =
                Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed");
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (values.size() < rows || consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(row -> Optional.ofNullable(row.value()).ifPresent(values::add));
            }
        }
        return values;
    }
}
