package io.polaroid.query.topic;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads whole topics, from their beginning to the end that they had when the read began, committed records only. Values that
 * are null (control records) are passed over; a value that does not decode ends the read.
 *
 * @param bootstrapServers Kafka brokers
 * @param registry where the writers' schemas are
 * @param timeout longest time for the brokers to answer
 */
public record TopicReader(String bootstrapServers, SchemaRegistry registry, Duration timeout) {
    /** Most rows of one read; more is {@code BUDGET_EXCEEDED}. */
    public static final int MAX_ROWS = 1_000_000;

    private static final Duration POLL = Duration.ofMillis(100);

    /**
     * The rows of a topic. Whoever holds it closes it, which frees the batches.
     *
     * @param batches in no order across partitions; at least one, which may be empty
     */
    public record TopicRows(List<VectorSchemaRoot> batches) implements AutoCloseable {
        public TopicRows {
            batches = List.copyOf(batches);
        }

        @Override
        public void close() {
            batches.forEach(VectorSchemaRoot::close);
        }
    }

    Result<TopicRows> read(TopicTable table, BufferAllocator allocator, BooleanSupplier stopped) {
        var source = table.source();
        return RowCodec.of(source.schema(), source.topic() + "-value", registry)
                .flatMap(codec -> read(table, codec, allocator, stopped));
    }

    private Result<TopicRows> read(
            TopicTable table, RowCodec codec, BufferAllocator allocator, BooleanSupplier stopped) {
        try (var consumer = consumer();
                var rows = new RowVectors(table, allocator)) {
            var partitions = consumer.partitionsFor(table.source().topic(), timeout).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                return missing(table);
            }
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions, timeout);
            consumer.seekToBeginning(partitions);
            int count = 0;
            while (behind(consumer, ends)) {
                if (stopped.getAsBoolean()) {
                    return Result.err(ProblemCode.CANCELLED, "reading topic " + topic(table) + " was stopped");
                }
                for (var message : consumer.poll(POLL)) {
                    boolean wanted = message.value() != null
                            && message.offset() < ends.getOrDefault(partition(message), Long.valueOf(0));
                    if (!wanted) {
                        continue;
                    }
                    if (++count > MAX_ROWS) {
                        return tooMany(table);
                    }
                    switch (codec.decode(message.value())) {
                        case Result.Ok<Row>(var row) -> rows.add(row, message.partition(), message.offset());
                        case Result.Err<Row>(var problem) -> {
                            return Result.err(at(message, problem));
                        }
                    }
                }
            }
            return Result.ok(new TopicRows(rows.take()));
        } catch (UnknownTopicOrPartitionException e) {
            return missing(table);
        } catch (KafkaException e) {
            return Result.err(new Problem(
                    ProblemCode.BROKER_UNREACHABLE,
                    "topic " + topic(table) + " cannot be read: " + e.getMessage(),
                    Map.of("bootstrap", bootstrapServers)));
        }
    }

    private boolean behind(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), timeout) < end.getValue());
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> message) {
        return new TopicPartition(message.topic(), message.partition());
    }

    private static Problem at(ConsumerRecord<?, ?> message, Problem problem) {
        return problem.with("topic", message.topic())
                .with("partition", Integer.toString(message.partition()))
                .with("offset", Long.toString(message.offset()));
    }

    private static String topic(TopicTable table) {
        return table.source().topic();
    }

    private static Result<TopicRows> missing(TopicTable table) {
        return Result.err(ProblemCode.UNKNOWN_TABLE, "there is no topic " + topic(table) + " (yet)");
    }

    private static Result<TopicRows> tooMany(TopicTable table) {
        return Result.err(
                ProblemCode.BUDGET_EXCEEDED,
                "topic " + topic(table) + " has more than " + MAX_ROWS
                        + " rows, which is the most that one query reads; read the topic itself");
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "10000");
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "10");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(timeout.toMillis()));
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(timeout.toMillis()));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
