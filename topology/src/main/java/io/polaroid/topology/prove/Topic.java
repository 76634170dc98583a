package io.polaroid.topology.prove;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics as consumers of committed records do. <b>Owns</b> its consumer until closed; not thread-safe. */
final class Topic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String bootstrapServers;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Of these brokers. */
    Topic(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.consumer = consumer(bootstrapServers);
    }

    /** The offsets at which an application goes on, by input partition. */
    Map<TopicPartition, Long> committed(String application) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var offsets = admin.listConsumerGroupOffsets(application)
                    .partitionsToOffsetAndMetadata()
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            var committed = new HashMap<TopicPartition, Long>();
            offsets.forEach((partition, offset) -> {
                if (offset != null) {
                    committed.put(partition, offset.offset());
                }
            });
            return committed;
        } catch (ExecutionException | TimeoutException e) {
            throw away(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolaroidException(Problem.of(ProblemCode.CANCELLED, "interrupted while asking for offsets"), e);
        }
    }

    /** The offset of the first record that a partition still has, or of its next one. */
    long first(TopicPartition partition) {
        try {
            return consumer.beginningOffsets(List.of(partition), LIMIT).getOrDefault(partition, 0L);
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    /**
     * Reads a partition from the first record that it still has to an offset, or to the last committed record.
     *
     * @param end exclusive; {@link Long#MAX_VALUE} for all that is committed
     */
    void read(TopicPartition partition, long end, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try {
            var one = List.of(partition);
            consumer.assign(one);
            long last = Math.min(end, consumer.endOffsets(one, LIMIT).getOrDefault(partition, 0L));
            consumer.seekToBeginning(one);
            while (consumer.position(partition, LIMIT) < last) {
                for (var record : consumer.poll(POLL)) {
                    if (record.offset() < last) {
                        each.accept(record);
                    }
                }
            }
        } catch (KafkaException e) {
            throw away(e);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "max.poll.records",
                10_000,
                "auto.offset.reset",
                "earliest");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        consumer.close();
    }

    private PolaroidException away(Exception cause) {
        return new PolaroidException(
                Problem.of(
                        ProblemCode.BROKER_UNREACHABLE,
                        "the brokers at %s do not answer: %s".formatted(bootstrapServers, cause.getMessage())),
                cause);
    }
}
