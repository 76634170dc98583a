package io.polaroid.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerIT {
    @Test
    void takesTransactions() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.shared();
        String topic = broker.newTopic("embedded-broker", 2);
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", topic, "acks", "all");

        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            var sent = producer.send(new ProducerRecord<>(topic, 1, "key", "value"));
            producer.commitTransaction();

            assertThat(sent.get().offset()).isZero();
        }
    }

    @Test
    void ownBrokersStandSideBySide() {
        try (EmbeddedBroker own = EmbeddedBroker.open()) {
            assertThat(own.bootstrapServers())
                    .isNotEqualTo(EmbeddedBroker.shared().bootstrapServers());
            assertThat(own.newTopic("side-by-side", 1)).startsWith("side-by-side-");
        }
    }
}
