package io.polaroid.topology.frame;

import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Stores;
import io.polaroid.testsupport.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What frames rely on in Kafka Streams and its consumer, against a broker; run it at each upgrade of Kafka. */
class FrameContractIT {
    private static final int FRAME_ROWS = 16;
    private static final int BATCH = 50;

    @TempDir
    Path folder;

    private final EmbeddedBroker broker = EmbeddedBroker.shared();

    /** Sends rows 0 to count - 1 in transactions, with an aborted one after each third. */
    private static void produce(String servers, String topic, int count) {
        Map<String, Object> config = Map.of("bootstrap.servers", servers, "transactional.id", "feed-" + topic);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int from = 0; from < count; from += BATCH) {
                send(producer, topic, from, Math.min(count, from + BATCH));
                producer.commitTransaction();
                if (from / BATCH % 3 == 2) {
                    send(producer, topic, 1_000_000, 1_000_000 + BATCH);
                    producer.abortTransaction();
                }
            }
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, int from, int to) {
        producer.beginTransaction();
        for (int row = from; row < to; row++) {
            producer.send(new ProducerRecord<>(topic, 0, FrameRig.number(row), FrameRig.number(row)));
        }
        producer.flush();
    }

    private static List<Long> read(String servers, String topic) {
        return read(servers, topic, record -> FrameRig.number(record.value()));
    }

    private static List<Long> read(String servers, String topic, Function<ConsumerRecord<byte[], byte[]>, Long> what) {
        var at = new TopicPartition(topic, 0);
        Map<String, Object> config = Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(at));
            consumer.seekToBeginning(List.of(at));
            long end = consumer.endOffsets(List.of(at)).get(at);
            var values = new ArrayList<Long>();
            while (consumer.position(at) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(what.apply(record)));
            }
            return values;
        }
    }

    private static long committed(Admin admin, String group, String topic) throws Exception {
        var committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(new TopicPartition(topic, 0));
        return committed == null ? -1 : committed.offset();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void close(KafkaStreams streams) {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(30)));
    }

    @Test
    @Timeout(300)
    void commitsFirstOffsetsOfFramesThatWaitAndTheEndWhenIdle() throws Exception {
        int rows = 4_000;
        var input = broker.newTopic("frames-in", 1);
        var output = broker.newTopic("frames-out", 1);
        produce(broker.bootstrapServers(), input, rows);
        var offsets = new TreeSet<>(read(broker.bootstrapServers(), input, ConsumerRecord::offset));
        Set<Long> allowed = ConcurrentHashMap.newKeySet();
        var consumers = new AtomicInteger();
        var done = new AtomicLong();
        var newest = new AtomicLong(-1);
        var gaps = new AtomicInteger();
        var clients = FrameRig.clients(input, FRAME_ROWS, records -> {
            records.forEach(frame -> allowed.add(frame.offset()));
            records.nextOffsets().values().forEach(next -> allowed.add(next.offset()));
            return records;
        });
        var probe = new FrameRig.Probe() {
            @Override
            public void frame(RowFrame frame, boolean joined) {
                assertThat(joined).isTrue();
                assertThat(frame.size()).isLessThanOrEqualTo(FRAME_ROWS);
                gaps.addAndGet((int) (frame.lastOffset() - frame.offset(0) + 1 - frame.size()));
                try {
                    TimeUnit.MILLISECONDS.sleep(5);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void copied(int partition, long offset) {
                newest.set(offset);
                done.incrementAndGet();
            }
        };
        var id = "frames-" + input;
        var counted = new CountedClients(clients, consumers);
        var streams = FrameRig.streams(
                broker.bootstrapServers(),
                FrameRig.topology(input, output, probe),
                folder,
                id,
                counted,
                new Properties());
        streams.start();
        int queued = 0;
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            while (done.get() < rows) {
                long committed = committed(admin, id, input);
                long processed = newest.get();
                if (committed >= 0) {
                    assertThat(allowed).contains(committed);
                    assertThat(processed).isGreaterThanOrEqualTo(requireNonNullElse(offsets.lower(committed), -1L));
                    queued += done.get() < rows ? 1 : 0;
                }
            }
            long end = end(input);
            await(() -> {
                try {
                    return committed(admin, id, input) == end;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
        } finally {
            close(streams);
        }
        assertThat(queued).as("commits seen while frames waited").isPositive();
        assertThat(gaps.get())
                .as("offsets of markers and aborted rows within frames")
                .isPositive();
        assertThat(consumers.get()).as("consumers that one thread asked for").isEqualTo(1);
        assertThat(read(broker.bootstrapServers(), output))
                .hasSize(rows)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    private long end(String topic) {
        var at = new TopicPartition(topic, 0);
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.endOffsets(List.of(at)).get(at);
        }
    }

    @Test
    @Timeout(300)
    void worksBehindTheConsumerOfTheStreamsProtocol() throws Exception {
        int rows = 2_000;
        var input = broker.newTopic("frames-in", 1);
        var output = broker.newTopic("frames-out", 1);
        produce(broker.bootstrapServers(), input, rows);
        var done = new AtomicLong();
        var single = new AtomicLong();
        var probe = new FrameRig.Probe() {
            @Override
            public void frame(RowFrame frame, boolean joined) {
                single.addAndGet(joined ? 0 : 1);
            }

            @Override
            public void copied(int partition, long offset) {
                done.incrementAndGet();
            }
        };
        var coalescer = new FrameCoalescer(Set.of(input), FrameSettings.ofRows(FRAME_ROWS));
        var properties = new Properties();
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
        FramedProtocol.configure(properties, coalescer);
        var id = "frames-" + input;
        var streams = FrameRig.streams(
                broker.bootstrapServers(),
                FrameRig.topology(input, output, probe),
                folder,
                id,
                Stores.clients(),
                properties);
        streams.start();
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            await(() -> done.get() >= rows);
            long end = end(input);
            while (committed(admin, id, input) != end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } finally {
            close(streams);
        }
        assertThat(single.get()).as("rows that came without a frame").isZero();
        assertThat(read(broker.bootstrapServers(), output))
                .hasSize(rows)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "last"})
    @Timeout(900)
    void losesRowsAtAKillOnlyUnderTheOffsetOfTheLastRow(String offset) throws Exception {
        int rows = 40_000;
        int kills = 3;
        var input = broker.newTopic("frames-in", 1);
        var output = broker.newTopic("frames-out", 1);
        produce(broker.bootstrapServers(), input, rows);
        var queuedCommits = folder.resolve("queued");
        for (int life = 0; life <= kills; life++) {
            var child = child(input, output, offset, queuedCommits, life);
            if (life < kills) {
                long before = copiedSoFar();
                await(() -> !child.isAlive() || copiedSoFar() > before + rows / 6);
                assertThat(child.isAlive())
                        .as("the child works when it is killed")
                        .isTrue();
                child.destroyForcibly().waitFor();
            } else {
                assertThat(child.waitFor(400, TimeUnit.SECONDS)).isTrue();
                assertThat(child.exitValue()).isZero();
            }
        }
        assertThat(Files.readAllLines(queuedCommits))
                .as("commits while a frame waited")
                .isNotEmpty();
        var copied = read(broker.bootstrapServers(), output);
        if (offset.equals("first")) {
            assertThat(copied).hasSize(rows).doesNotHaveDuplicates();
        } else {
            assertThat(new HashSet<>(copied)).hasSizeLessThan(rows);
        }
    }

    private long copiedSoFar() {
        try {
            return Files.exists(progress()) ? Files.size(progress()) * FrameKillMain.ROWS_PER_BYTE : 0;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path progress() {
        return folder.resolve("progress");
    }

    private Process child(String input, String output, String offset, Path queued, int life) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        FrameKillMain.class.getName(),
                        broker.bootstrapServers(),
                        input,
                        output,
                        offset,
                        folder.resolve("state").toString(),
                        queued.toString(),
                        progress().toString(),
                        Long.toString(end(input)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child-" + life + ".log").toFile())
                .start();
    }
}
