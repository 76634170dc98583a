package io.polaroid.store.restore;

import io.polaroid.store.Floors;
import io.polaroid.store.internals.TaskRecords;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Floors in a compacted topic, partition by partition as their stream. A floor is cut into records below the size that a broker
 * takes; all are of one transaction. Key: number of the part. Value: begin, until, number of parts, the part.
 *
 * @param topic the topic
 * @param stream the topic that the row tier is restored from
 */
public record FloorTopic(String topic, String stream) implements Floors {
    private static final Logger LOG = LoggerFactory.getLogger(FloorTopic.class);
    private static final int PART_BYTES = 400_000;
    private static final int HEAD_BYTES = 2 * Long.BYTES + Integer.BYTES;

    /** Nearly always enough to find a whole floor, however long compaction has not run. */
    private static final long NEWEST_RECORDS = 40;

    private static final int TIMEOUT_MS = 10_000;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int MOST_IDLE_POLLS = 100;

    /** A record of the topic. */
    private record Part(long begin, long until, int parts, byte[] bytes) {
        static Part of(byte[] value) {
            var in = ByteBuffer.wrap(value);
            long begin = in.getLong();
            long until = in.getLong();
            int parts = in.getInt();
            byte[] bytes = new byte[in.remaining()];
            in.get(bytes);
            return new Part(begin, until, parts, bytes);
        }
    }

    @Override
    public void write(StateStoreContext context, Floor floor) {
        byte[] state = floor.state();
        int parts = Math.max(1, Math.ceilDiv(state.length, PART_BYTES));
        for (int i = 0; i < parts; i++) {
            int from = i * PART_BYTES;
            int length = Math.min(PART_BYTES, state.length - from);
            byte[] value = ByteBuffer.allocate(HEAD_BYTES + length)
                    .putLong(floor.begin())
                    .putLong(floor.until())
                    .putInt(parts)
                    .put(state, from, length)
                    .array();
            byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
            TaskRecords.send(context, topic, key, value);
        }
    }

    @Override
    public Optional<Floor> read(StateStoreContext context) {
        var from = new TopicPartition(topic, context.taskId().partition());
        var source = new TopicPartition(stream, context.taskId().partition());
        try (var admin = Admin.create(adminSettings(context))) {
            OptionalLong committed = committed(admin, context.applicationId(), source);
            if (committed.isEmpty()) {
                return Optional.empty();
            }
            long first = first(admin, source);
            try (var consumer = new KafkaConsumer<>(
                    consumerSettings(context), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                // Not where the stream has lost what would be read.
                return read(consumer, from, committed.getAsLong()).filter(floor -> floor.begin() + 1 >= first);
            }
        } catch (KafkaException | ExecutionException | TimeoutException | IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("floors", from)
                    .log("cannot read where a restore may begin, so it begins with the topic: {}", e.toString());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Map<String, Object> consumerSettings(StateStoreContext context) {
        var settings = new StreamsConfig(context.appConfigs())
                .getRestoreConsumerConfigs(context.applicationId() + "-floors-" + context.taskId());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        return settings;
    }

    private static Map<String, Object> adminSettings(StateStoreContext context) {
        return new StreamsConfig(context.appConfigs())
                .getAdminConfigs(context.applicationId() + "-floors-" + context.taskId());
    }

    /** What the application has committed of the stream, whatever transactions are open. */
    private static OptionalLong committed(Admin admin, String application, TopicPartition source)
            throws ExecutionException, InterruptedException, TimeoutException {
        var offset = admin.listConsumerGroupOffsets(application)
                .partitionsToOffsetAndMetadata()
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .get(source);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset());
    }

    private static long first(Admin admin, TopicPartition source)
            throws ExecutionException, InterruptedException, TimeoutException {
        return admin.listOffsets(Map.of(source, OffsetSpec.earliest()))
                .partitionResult(source)
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .offset();
    }

    private static Optional<Floor> read(Consumer<byte[], byte[]> consumer, TopicPartition from, long committed) {
        consumer.assign(List.of(from));
        long first = consumer.beginningOffsets(List.of(from)).getOrDefault(from, 0L);
        long end = consumer.endOffsets(List.of(from)).getOrDefault(from, 0L);
        if (first >= end) {
            return Optional.empty();
        }
        long near = Math.max(first, end - NEWEST_RECORDS);
        var newest = newest(read(consumer, from, near, end), committed);
        return newest.isPresent() || near == first ? newest : newest(read(consumer, from, first, end), committed);
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(
            Consumer<byte[], byte[]> consumer, TopicPartition from, long first, long end) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        consumer.seek(from, first);
        int idle = 0;
        for (long at = first; at < end; at = consumer.position(from)) {
            consumer.poll(POLL).forEach(records::add);
            idle = consumer.position(from) > at ? 0 : idle + 1;
            if (idle == MOST_IDLE_POLLS) {
                throw new KafkaException(from + " cannot be read from " + at + " to " + end);
            }
        }
        return records;
    }

    /**
     * The last floor of which all parts are there. One that is not below what the application has committed is of a commit that failed (at
     * least once), or the application was reset since.
     */
    private static Optional<Floor> newest(List<ConsumerRecord<byte[], byte[]>> records, long committed) {
        var floors = new TreeMap<Long, Map<Integer, Part>>();
        for (var record : records) {
            Part part = Part.of(record.value());
            if (part.until() >= committed) {
                continue;
            }
            floors.computeIfAbsent(part.until(), until -> new TreeMap<>())
                    .put(ByteBuffer.wrap(record.key()).getInt(), part);
        }
        return floors.descendingMap().values().stream()
                .filter(parts ->
                        parts.size() == parts.values().iterator().next().parts())
                .findFirst()
                .map(FloorTopic::joined);
    }

    private static Floor joined(Map<Integer, Part> parts) {
        Part first = parts.values().iterator().next();
        var state = ByteBuffer.allocate(
                parts.values().stream().mapToInt(part -> part.bytes().length).sum());
        parts.values().forEach(part -> state.put(part.bytes()));
        return new Floor(first.begin(), first.until(), state.array());
    }
}
