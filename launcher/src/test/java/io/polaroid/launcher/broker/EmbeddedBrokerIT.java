package io.polaroid.launcher.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.timeseries.result.PolaroidException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    @TempDir
    Path folder;

    @Test
    void keepsRecordsAndClusterIdOverARestart() throws Exception {
        // Given
        String clusterId;
        try (var broker = EmbeddedBroker.open(folder, 0);
                var admin = Admin.create(client(broker))) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
            clusterId = admin.describeCluster().clusterId().get();
            sendInTransaction(broker, "first");
        }

        // When
        try (var broker = EmbeddedBroker.open(folder, 0);
                var admin = Admin.create(client(broker))) {
            sendInTransaction(broker, "second");

            // Then
            assertThat(admin.describeCluster().clusterId().get()).isEqualTo(clusterId);
            assertThat(readAll(broker)).containsExactly("first", "second");
        }
    }

    @Test
    void namesTheVariableOfATakenPort() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedBroker.open(folder, other.getLocalPort()))
                    .isInstanceOf(PolaroidException.class)
                    .hasMessageContaining("port " + other.getLocalPort())
                    .hasMessageContaining("POLAROID_KAFKA_PORT");
        }
    }

    @Test
    void refusesAFolderThatAnotherBrokerHolds() {
        try (var first = EmbeddedBroker.open(folder, 0)) {
            assertThat(first.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedBroker.open(folder, 0))
                    .isInstanceOf(PolaroidException.class)
                    .hasMessageContaining("in use by another polaroid")
                    .hasMessageContaining("POLAROID_DATA");
        }
    }

    private static void sendInTransaction(EmbeddedBroker broker, String value) {
        Map<String, Object> config = client(broker);
        config.put("transactional.id", "it");
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("t", 0, "k", value));
            producer.commitTransaction();
        }
    }

    private static List<String> readAll(EmbeddedBroker broker) {
        Map<String, Object> config = client(broker);
        config.put("isolation.level", "read_committed");
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            var partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, String> row : consumer.poll(Duration.ofMillis(200))) {
                    values.add(row.value());
                }
            }
        }
        return values;
    }

    private static Map<String, Object> client(EmbeddedBroker broker) {
        return new java.util.HashMap<>(Map.of("bootstrap.servers", broker.bootstrap()));
    }
}
