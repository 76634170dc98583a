package io.polaroid.topology.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.timeseries.result.PolaroidException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames hold the rows that they were made of; contracts C3, C6, C7 and C8 where no broker is needed. */
class FrameCoalescerTest {
    private static final TopicPartition TRADES = new TopicPartition("trades", 2);
    private static final TopicPartition REPARTITION = new TopicPartition("app-x-repartition", 1);

    private record Metadata(String topic, int partition, long offset) implements RecordMetadata {}

    private static ConsumerRecord<byte[], byte[]> row(TopicPartition at, long offset, SplittableRandom random) {
        var headers = new RecordHeaders();
        for (int i = random.nextInt(4) == 0 ? random.nextInt(3) : 0; i > 0; i--) {
            headers.add("h" + i, random.nextBoolean() ? bytes(random, 5) : null);
        }
        return new ConsumerRecord<>(
                at.topic(),
                at.partition(),
                offset,
                random.nextLong(-1, 1L << 42),
                TimestampType.CREATE_TIME,
                0,
                0,
                random.nextInt(10) == 0 ? null : bytes(random, 12),
                random.nextInt(10) == 0 ? null : bytes(random, 60),
                headers,
                Optional.of(random.nextInt(5)));
    }

    private static byte[] bytes(SplittableRandom random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<ConsumerRecord<byte[], byte[]>> rows(TopicPartition at, int count, SplittableRandom random) {
        var rows = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        long offset = random.nextLong(1L << 40);
        for (int i = 0; i < count; i++) {
            offset += 1 + (random.nextInt(9) == 0 ? random.nextInt(1_000) : 0);
            rows.add(row(at, offset, random));
        }
        return rows;
    }

    private static ConsumerRecords<byte[], byte[]> polled(List<ConsumerRecord<byte[], byte[]>> rows) {
        var records = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        rows.forEach(row -> records.computeIfAbsent(
                        new TopicPartition(row.topic(), row.partition()), at -> new ArrayList<>())
                .add(row));
        return new ConsumerRecords<>(
                records, Map.of(TRADES, new OffsetAndMetadata(rows.getLast().offset() + 7)));
    }

    private static RowFrame read(ConsumerRecord<byte[], byte[]> record) {
        return RowFrame.of(
                new Record<>(record.key(), record.value(), Math.max(0, record.timestamp())),
                new Metadata(record.topic(), record.partition(), record.offset()));
    }

    @ParameterizedTest(name = "{0} rows, frames of {1} rows or {2} bytes")
    @CsvSource({"1,1,100000", "500,1,100000", "500,7,100000", "500,4096,100000", "500,4096,300", "9000,4096,1048576"})
    void holdsEveryRowInOrderUnderItsFirstOffset(int count, int maxRows, int maxBytes) {
        var rows = rows(TRADES, count, new SplittableRandom(count * 31L + maxRows));
        var polled = polled(rows);
        // When
        var joined = new FrameCoalescer(Set.of("trades"), new FrameSettings(maxRows, maxBytes)).polled(polled);
        // Then
        assertThat(joined.nextOffsets()).isSameAs(polled.nextOffsets());
        int next = 0;
        for (var record : joined.records(TRADES)) {
            var frame = read(record);
            var first = rows.get(next);
            assertThat(record.offset()).isEqualTo(first.offset());
            assertThat(record.leaderEpoch()).isEqualTo(first.leaderEpoch());
            assertThat(frame.size()).isBetween(1, maxRows);
            assertThat(frame.partition()).isEqualTo(2);
            long newest = Long.MIN_VALUE;
            for (int i = 0; i < frame.size(); i++) {
                assertRow(frame, i, rows.get(next));
                newest = Math.max(newest, rows.get(next++).timestamp());
            }
            assertThat(record.timestamp()).isEqualTo(newest);
            assertThat(frame.lastOffset()).isEqualTo(rows.get(next - 1).offset());
        }
        assertThat(next).isEqualTo(count);
        if (maxBytes >= 100_000) {
            assertThat(joined.count()).isEqualTo((count + maxRows - 1) / maxRows);
        }
    }

    private static void assertRow(RowFrame frame, int index, ConsumerRecord<byte[], byte[]> row) {
        assertThat(frame.offset(index)).isEqualTo(row.offset());
        assertThat(frame.timestamp(index)).isEqualTo(row.timestamp());
        assertThat(frame.key(index)).isEqualTo(row.key());
        assertThat(frame.value(index)).isEqualTo(row.value());
        assertThat(frame.headers(index).toArray()).isEqualTo(row.headers().toArray());
    }

    @Test
    void aFrameEndsWhereOffsetsAreTooFarApart() {
        var random = new SplittableRandom(1);
        var rows = List.of(
                row(TRADES, 5, random), row(TRADES, 5L + Integer.MAX_VALUE, random), row(TRADES, 1L << 40, random));
        // When
        var joined = new FrameCoalescer(Set.of("trades"), FrameSettings.standard()).polled(polled(rows));
        // Then
        assertThat(joined.records(TRADES)).hasSize(2);
        assertThat(read(joined.records(TRADES).getFirst()).lastOffset()).isEqualTo(5L + Integer.MAX_VALUE);
    }

    @Test
    void otherTopicsPassUnchanged() {
        var random = new SplittableRandom(2);
        var rows = new ArrayList<>(rows(REPARTITION, 20, random));
        rows.addAll(rows(TRADES, 20, random));
        var polled = polled(rows);
        // When
        var joined = new FrameCoalescer(Set.of("trades", "app"), FrameSettings.standard()).polled(polled);
        // Then
        assertThat(joined.records(REPARTITION)).isEqualTo(polled.records(REPARTITION));
        assertThat(joined.partitions()).containsExactlyElementsOf(polled.partitions());
        assertThat(new FrameCoalescer(Set.of("trades"), FrameSettings.standard()).polled(ConsumerRecords.empty()))
                .isSameAs(ConsumerRecords.empty());
    }

    @Test
    void aRecordThatIsNoFrameIsARowOfItsOwn() {
        var record =
                new ConsumerRecord<>("trades", 2, 9L, "k".getBytes(StandardCharsets.UTF_8), new byte[] {9, 9, 9, 9});
        // When
        var frame = read(record);
        // Then
        assertThat(frame.size()).isEqualTo(1);
        assertThat(frame.offset(0)).isEqualTo(9);
        assertThat(frame.key(0)).isSameAs(record.key());
        assertThat(frame.value(0)).isSameAs(record.value());
    }

    @Test
    void onlyPollReturnsRecords() {
        assertThat(Arrays.stream(Consumer.class.getMethods())
                        .filter(method -> ConsumerRecords.class.isAssignableFrom(method.getReturnType())
                                || ConsumerRecord.class.isAssignableFrom(method.getReturnType()))
                        .map(Method::toString))
                .singleElement()
                .asString()
                .contains("Consumer.poll(java.time.Duration)");
    }

    /** Clients that tell what was asked of them. */
    private static final class TestingClients implements KafkaClientSupplier {
        final List<String> calls = new ArrayList<>();
        final Consumer<byte[], byte[]> consumer = consumer();

        @SuppressWarnings("unchecked")
        private Consumer<byte[], byte[]> consumer() {
            return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                    Consumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, (self, method, arguments) -> {
                        calls.add(method.getName());
                        return switch (method.getName()) {
                            case "poll" -> polled(rows(TRADES, 10, new SplittableRandom(3)));
                            case "position" -> 42L;
                            case "assignment" -> throw new IllegalStateException("as it is");
                            default -> null;
                        };
                    });
        }

        @Override
        public Admin getAdmin(Map<String, Object> config) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
            return consumer;
        }

        @Override
        public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
            return consumer;
        }

        @Override
        public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
            return consumer;
        }
    }

    @Test
    void onlyThePollOfTheMainConsumerIsChanged() {
        var clients = new TestingClients();
        var supplier = MainConsumers.of(clients, new FrameCoalescer(Set.of("trades"), FrameSettings.standard()));
        // When
        var consumer = supplier.getConsumer(Map.of());
        // Then
        assertThat(consumer.poll(Duration.ZERO).count()).isEqualTo(1);
        assertThat(consumer.position(TRADES)).isEqualTo(42);
        consumer.commitSync();
        assertThat(clients.calls).containsExactly("poll", "position", "commitSync");
        assertThatThrownBy(consumer::assignment)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("as it is");
        assertThat(supplier.getRestoreConsumer(Map.of())).isSameAs(clients.consumer);
        assertThat(supplier.getGlobalConsumer(Map.of())).isSameAs(clients.consumer);
    }

    private static Properties properties(String... overrides) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "app");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.putAll(FrameRequirements.properties());
        for (int i = 0; i < overrides.length; i += 2) {
            properties.put(overrides[i], overrides[i + 1]);
        }
        return properties;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "main.consumer.max.poll.records=100",
                "buffered.records.per.partition=1000",
                "processing.exception.handler=CONTINUE"
            })
    void refusesSettingsThatFramesCannotLiveWith(String setting) {
        var name = setting.substring(0, setting.indexOf('='));
        var value = setting.substring(setting.indexOf('=') + 1)
                .replace("CONTINUE", LogAndContinueProcessingExceptionHandler.class.getName());
        FrameRequirements.check(properties(), FrameSettings.standard());
        assertThatThrownBy(() -> FrameRequirements.check(properties(name, value), FrameSettings.standard()))
                .isInstanceOf(PolaroidException.class)
                .hasMessageContaining(name.replace("main.consumer.", ""));
    }
}
