package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.store.commit.UnendedTransactions;
import io.polaroid.testsupport.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Producers and members with the names that Kafka Streams gives them, at a real broker. */
class LeftTransactionsIT {
    private static final String APPLICATION = "market";
    private static final String OUTPUT = "bars";

    private static String process() {
        return APPLICATION + "-" + UUID.randomUUID();
    }

    private static KafkaProducer<byte[], byte[]> open(EmbeddedBroker broker, String transactionalId) {
        var producer = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(), "transactional.id", transactionalId),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(OUTPUT, new byte[] {1}));
        producer.flush();
        return producer;
    }

    private static KafkaConsumer<byte[], byte[]> member(EmbeddedBroker broker, String clientId) {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        APPLICATION,
                        "client.id",
                        clientId,
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(OUTPUT));
        while (consumer.assignment().isEmpty()) {
            consumer.poll(Duration.ofMillis(50));
        }
        return consumer;
    }

    private static long committedEnd(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.endOffsets(List.of(new TopicPartition(OUTPUT, 0)))
                .values()
                .iterator()
                .next();
    }

    @Test
    void endsThoseOfInstancesThatAreNotInTheGroupAndNoOthers() throws Exception {
        try (var broker = EmbeddedBroker.open();
                var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(OUTPUT, 1, (short) 1)))
                    .all()
                    .get();
            String gone = process();
            String alive = process();
            String self = process();
            var left = new LeftTransactions(APPLICATION, () -> admin, false, new UnendedTransactions());
            try (var dead = open(broker, gone + "-2");
                    var living = open(broker, alive + "-1");
                    var own = open(broker, self + "-1");
                    var other = open(broker, "market-data-" + UUID.randomUUID() + "-1");
                    var named = open(broker, "market-loader-1");
                    var member = member(broker, alive + "-StreamThread-1-consumer")) {
                assertThat(committedEnd(member)).isZero();
                assertThat(left.end(admin, Set.of(self))).containsExactly(gone + "-2");
                assertThat(committedEnd(member)).isEqualTo(1);
                assertThatThrownBy(dead::commitTransaction)
                        .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
                for (var one : List.of(living, own, other, named)) {
                    one.commitTransaction();
                }
                assertThat(left.end(admin, Set.of(self))).isEmpty();
            }
        }
    }

    @Test
    void anInstanceThatComesBackEndsItsOwnBeforeItHasAnyTask(@TempDir Path state) throws Exception {
        try (var broker = EmbeddedBroker.open();
                var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()));
                var streams = notStarted(broker, state)) {
            admin.createTopics(List.of(new NewTopic(OUTPUT, 1, (short) 1)))
                    .all()
                    .get();
            String thread = streams.metadataForLocalThreads().iterator().next().threadName();
            String self = thread.substring(0, thread.indexOf("-StreamThread-"));
            var left = new LeftTransactions(APPLICATION, () -> admin, false, new UnendedTransactions());
            // Given what its earlier life left open, while it is a member again
            try (var dead = open(broker, self + "-1");
                    var member = member(broker, self + "-StreamThread-1-consumer")) {
                assertThat(left.end(admin, Set.of())).isEmpty();
                assertThat(committedEnd(member)).isZero();
                // Then it ends that itself
                left.endOwn(streams);
                assertThat(committedEnd(member))
                        .as("behind the row and its marker")
                        .isEqualTo(2);
                assertThatThrownBy(dead::commitTransaction)
                        .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
            }
        }
    }

    private static KafkaStreams notStarted(EmbeddedBroker broker, Path state) {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        var topology = new Topology().addSource("rows", OUTPUT);
        return new KafkaStreams(topology, settings);
    }

    @Test
    void leavesAllWhereMembersHaveNamesThatDoNotTell() throws Exception {
        try (var broker = EmbeddedBroker.open();
                var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(OUTPUT, 1, (short) 1)))
                    .all()
                    .get();
            var left = new LeftTransactions(APPLICATION, () -> admin, false, new UnendedTransactions());
            try (var producer = open(broker, process() + "-1");
                    var member = member(broker, "a-name-of-my-own-StreamThread-1-consumer")) {
                assertThat(left.end(admin, Set.of())).isEmpty();
                producer.commitTransaction();
                assertThat(member.assignment()).isNotEmpty();
            }
        }
    }
}
