package io.polaroid.store.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Floors;
import io.polaroid.store.Stores;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.store.restore.FloorTopic;
import io.polaroid.store.restore.RestoreProgress;
import io.polaroid.store.row.Feed;
import io.polaroid.store.row.TwinRows;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.testsupport.FeedProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The stores under exactly once with a real broker: failures, restores, and what readers see meanwhile. */
@ExtendWith(Allocators.class)
class ExactlyOnceIT {
    private static final Duration RETENTION = Duration.ofSeconds(1);
    private static final int RECORDS = 4_000;

    @TempDir
    Path folder;

    private final EmbeddedBroker broker = EmbeddedBroker.shared();
    private final AtomicLong failAt = new AtomicLong(Long.MAX_VALUE);

    private KafkaStreams start(
            String input, String output, int life, Floors floors, RestoreProgress progress, BufferAllocator allocator) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "app-" + input);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG, folder.resolve("life" + life).toString());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        properties.put("producer.transaction.timeout.ms", 5_000);
        properties.put("main.consumer.session.timeout.ms", 2_000);
        properties.put("main.consumer.heartbeat.interval.ms", 500);
        properties.put("main.consumer.max.poll.records", 97);
        properties.put("polaroid.state.floor.rows", 100);
        var topology = SumTopology.of(input, output, RETENTION, allocator, floors, offset -> offset >= failAt.get());
        var streams = new KafkaStreams(topology, properties, Stores.clients());
        streams.setGlobalStateRestoreListener(progress);
        streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        streams.start();
        return streams;
    }

    private static Optional<TableSnapshot.Part> snapshot(KafkaStreams streams, String store, BufferAllocator target) {
        try {
            var request = StateQueryRequest.inStore(store)
                    .withQuery(Stores.snapshot(target))
                    .requireActive();
            var result = streams.query(request).getPartitionResults().get(0);
            return result == null || result.isFailure() ? Optional.empty() : Optional.of(result.getResult());
        } catch (InvalidStateStoreException | IllegalStateException notRunning) {
            return Optional.empty();
        }
    }

    private static long committedOffset(KafkaStreams streams, String store, BufferAllocator target) {
        return snapshot(streams, store, target)
                .map(part -> {
                    part.rows().close();
                    return part.committedOffset();
                })
                .orElse(-2L);
    }

    private void produce(String input, List<Feed.Event> events) throws Exception {
        try (var producer = FeedProducer.open(broker.bootstrapServers())) {
            for (Feed.Event event : events) {
                producer.send(new ProducerRecord<>(input, 0, event.key(), event.value()));
            }
            producer.flush();
        }
    }

    @Test
    @Timeout(value = 240, unit = TimeUnit.SECONDS)
    void comesBackExactlyAfterFailuresAndNeverShowsWhatIsNotCommitted(BufferAllocator allocator) throws Exception {
        // Given a topic and a twin of what must be in the stores in the end
        String input = broker.newTopic("in", 1);
        String output = broker.newTopic("out", 1);
        var events = Feed.random(42, RECORDS);
        var twin = new TwinRows(RETENTION.toNanos());
        for (int offset = 0; offset < RECORDS; offset++) {
            twin.apply(offset, events.get(offset).key(), events.get(offset).value());
        }
        var violations = new ArrayList<String>();
        var floors = new FloorTopic(broker.newTopic("floors", 1), input);
        var progress = new RestoreProgress(InstantSource.system());
        // When lives of the application end in failures, each time with an empty state folder
        for (int life = 0; life < 4; life++) {
            boolean last = life == 3;
            failAt.set(last ? Long.MAX_VALUE : (life + 1) * 1_000L - 300);
            KafkaStreams streams = start(input, output, life, floors, progress, allocator);
            var watching = new AtomicBoolean(true);
            Thread watcher = watch(streams, input, watching, violations, allocator);
            try {
                produce(input, events.subList(life * 1_000, life * 1_000 + 1_000));
                if (last) {
                    await(() -> committedOffset(streams, SumTopology.SUMS, allocator) == RECORDS - 1);
                    assertState(streams, twin, allocator);
                } else {
                    await(() -> streams.state() == KafkaStreams.State.ERROR);
                }
            } finally {
                watching.set(false);
                watcher.join();
                close(streams);
            }
        }
        // Then no reader ever saw more than the group had committed
        assertThat(violations).isEmpty();
    }

    @Test
    @Timeout(value = 240, unit = TimeUnit.SECONDS)
    void aLostFolderIsNotRestoredFromTheBeginning(BufferAllocator allocator) throws Exception {
        // Given a feed of many retentions, each part of it committed before the next
        String input = broker.newTopic("in", 1);
        String output = broker.newTopic("out", 1);
        var floors = new FloorTopic(broker.newTopic("floors", 1), input);
        var events = Feed.random(43, RECORDS);
        var twin = new TwinRows(RETENTION.toNanos());
        for (int offset = 0; offset < RECORDS; offset++) {
            twin.apply(offset, events.get(offset).key(), events.get(offset).value());
        }
        KafkaStreams first = start(input, output, 0, floors, new RestoreProgress(InstantSource.system()), allocator);
        try {
            for (int from = 0; from < RECORDS; from += RECORDS / 8) {
                int to = from + RECORDS / 8;
                produce(input, events.subList(from, to));
                await(() -> committedOffset(first, SumTopology.SUMS, allocator) == to - 1);
            }
        } finally {
            close(first);
        }
        // When another starts on an empty folder
        var progress = new RestoreProgress(InstantSource.system());
        KafkaStreams second = start(input, output, 1, floors, progress, allocator);
        try {
            await(() -> committedOffset(second, SumTopology.SUMS, allocator) == RECORDS - 1);
            // Then it has read again what is retained, about, and is exact
            assertState(second, twin, allocator);
            var rows = progress.restores().stream()
                    .filter(restore -> restore.store().equals(SumTopology.ROWS))
                    .findFirst()
                    .orElseThrow();
            assertThat(rows.startOffset()).isGreaterThan(RECORDS / 4);
            assertThat(rows.finished()).isTrue();
        } finally {
            close(second);
        }
    }

    private static void close(KafkaStreams streams) {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(30)));
    }

    private Thread watch(
            KafkaStreams streams,
            String input,
            AtomicBoolean watching,
            List<String> violations,
            BufferAllocator allocator) {
        return Thread.ofPlatform().start(() -> {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                while (watching.get()) {
                    for (String store : List.of(SumTopology.ROWS, SumTopology.SUMS)) {
                        long seen = committedOffset(streams, store, allocator);
                        if (seen >= 0 && seen >= committedByGroup(admin, input)) {
                            violations.add(store + " showed " + seen + " before it was committed");
                        }
                    }
                }
            } catch (Exception e) {
                violations.add("the watcher failed: " + e);
            }
        });
    }

    /** The group's stable offset; Kafka leaves a partition out while a transaction that commits to it is being decided. */
    private static long committedByGroup(Admin admin, String input) throws Exception {
        while (true) {
            var committed = admin.listConsumerGroupOffsets(
                            "app-" + input, new ListConsumerGroupOffsetsOptions().requireStable(true))
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(input, 0));
            if (committed != null) {
                return committed.offset();
            }
        }
    }

    private static void assertState(KafkaStreams streams, TwinRows twin, BufferAllocator allocator) {
        twin.assertSnapshot(snapshot(streams, SumTopology.ROWS, allocator).orElseThrow());
        var part = snapshot(streams, SumTopology.SUMS, allocator).orElseThrow();
        Map<String, String> actual = new TreeMap<>();
        try (var rows = part.rows()) {
            for (int i = 0; i < rows.getRowCount(); i++) {
                actual.put(
                        rows.getVector("symbol").getObject(i) + "@"
                                + rows.getVector("ts").getObject(i),
                        rows.getVector("published_offset").getObject(i) + "="
                                + rows.getVector("close").getObject(i));
            }
        }
        assertThat(actual).isEqualTo(twin.sumsBySecond());
        assertThat(part.progressNanos()).isEqualTo(twin.progress());
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
