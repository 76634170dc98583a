package io.polaroid.topology.frame;

import io.polaroid.testsupport.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of one partition as plain clients see them. */
record FrameTopics(EmbeddedBroker broker) {
    /** An hour ago, in ms: records of older times could leave these topics at any moment, by the broker's usual retention. */
    static final long RECENT = System.currentTimeMillis() - 3_600_000;

    /** A record of a test, as it is sent; without headers it has none. */
    record Sent(byte[] key, byte[] value, long timestamp, List<Header> headers) {}

    /**
     * Sends records in transactions of some rows, with an aborted one after each, so that offsets have gaps.
     *
     * @return the offset of each
     */
    List<Long> send(String topic, List<Sent> records, int batch) throws Exception {
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "feed-" + topic);
        var offsets = new ArrayList<Long>();
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int from = 0; from < records.size(); from += batch) {
                producer.beginTransaction();
                var sent = records.subList(from, Math.min(records.size(), from + batch)).stream()
                        .map(record -> producer.send(new ProducerRecord<>(
                                topic, 0, record.timestamp(), record.key(), record.value(), record.headers())))
                        .toList();
                producer.commitTransaction();
                for (var answer : sent) {
                    offsets.add(answer.get().offset());
                }
                producer.beginTransaction();
                var unused = producer.send(new ProducerRecord<>(topic, 0, new byte[] {1}, new byte[] {1}))
                        .get();
                producer.abortTransaction();
            }
        }
        return offsets;
    }

    /** The committed records. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        var at = new TopicPartition(topic, 0);
        try (var consumer = consumer()) {
            consumer.assign(List.of(at));
            consumer.seekToBeginning(List.of(at));
            long end = end(consumer, at);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (consumer.position(at) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static long end(KafkaConsumer<byte[], byte[]> consumer, TopicPartition at) {
        return consumer.endOffsets(List.of(at)).getOrDefault(at, 0L);
    }

    /** Waits until a group has committed the whole topic. */
    void awaitCommitted(String group, String topic) throws Exception {
        var at = new TopicPartition(topic, 0);
        long end;
        try (var consumer = consumer()) {
            end = end(consumer, at);
        }
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            while (committed(admin, group, at) < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static long committed(Admin admin, String group, TopicPartition at) throws Exception {
        var committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(at);
        return committed == null ? -1 : committed.offset();
    }
}
