package io.polaroid.topology.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.RowTier;
import io.polaroid.store.Stores;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.row.StreamIntake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Contract C7 against a broker: a row tier whose rows come in frames, and whose changelog is the topic of these rows, says after a stop
 * that it has the last row of the last frame, though Kafka Streams knows of its first one only; and a restore brings rows.
 */
@ExtendWith(Allocators.class)
class FramedTierIT {
    private static final int ROWS = 2_000;
    private static final int FRAME_ROWS = 16;
    private static final int STOP_AFTER = 40;
    private static final int FAIL_AFTER = 20;
    private static final long NOTHING = -4;
    private static final String STORE = "rows";
    private static final long BASE = 1_723_161_256_000_000L;

    @TempDir
    Path folder;

    private final FrameTopics topics = new FrameTopics(EmbeddedBroker.shared());
    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

    /** One life of the application. */
    private final class Life implements StateRestoreListener {
        final WatchedTier tiers;
        final KafkaStreams streams;
        final List<RowFrame> taken = new ArrayList<>();
        final AtomicLong restored = new AtomicLong();
        final CountDownLatch stopped = new CountDownLatch(1);
        private final int stopAfter;
        private final int failAfter;

        Life(StreamSpec stream, String guarantee, int stopAfter, int failAfter, BufferAllocator allocator) {
            this.stopAfter = stopAfter;
            this.failAfter = failAfter;
            tiers = new WatchedTier(Stores.rowTier(
                    STORE,
                    StreamColumns.of(stream.declaration()).orThrow().schema(),
                    () -> StreamIntake.of(stream, registry).orThrow(),
                    stream.retention(),
                    allocator));
            var properties = new Properties();
            properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
            properties.put("main.consumer.max.poll.records", 200);
            // Else rows of aborted transactions come as well, where it is at least once.
            properties.put("consumer.isolation.level", "read_committed");
            streams = FrameRig.streams(
                    topics.broker().bootstrapServers(),
                    topology(stream.name()),
                    folder,
                    "tier-" + stream.name(),
                    FrameRig.clients(stream.name(), FRAME_ROWS, polled -> polled),
                    properties);
            streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.REPLACE_THREAD);
            streams.setGlobalStateRestoreListener(this);
            streams.setStateListener((now, before) -> {
                if (now == KafkaStreams.State.NOT_RUNNING) {
                    stopped.countDown();
                }
            });
            streams.start();
        }

        private Topology topology(String topic) {
            var topology = new Topology();
            topology.addReadOnlyStateStore(
                    tiers, "in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic, "mark", Mark::new);
            topology.addProcessor("take", () -> new Taker(this), "in");
            topology.connectProcessorAndStateStores("take", STORE);
            return topology;
        }

        void took(RowFrame frame) {
            taken.add(frame);
            if (taken.size() == failAfter) {
                throw new IllegalStateException("the test lets the stream thread fail");
            }
            if (taken.size() == stopAfter) {
                assertThat(streams.close(Duration.ZERO)).isFalse();
            }
        }

        @Override
        public void onRestoreStart(TopicPartition partition, String store, long from, long to) {}

        @Override
        public void onBatchRestored(TopicPartition partition, String store, long to, long count) {}

        @Override
        public void onRestoreEnd(TopicPartition partition, String store, long total) {
            restored.addAndGet(total);
        }
    }

    private static final class Mark implements Processor<byte[], byte[], Void, Void> {
        @Override
        public void process(Record<byte[], byte[]> record) {}
    }

    private static final class Taker extends ContextualProcessor<byte[], byte[], Void, Void> {
        private final Life life;

        Taker(Life life) {
            this.life = life;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            var frame = RowFrame.of(record, context().recordMetadata().orElseThrow());
            RowTier rows = context().getStateStore(STORE);
            rows.applyAll(frame);
            life.took(frame);
        }
    }

    private List<FrameTopics.Sent> rows(StreamSpec stream) {
        var codec =
                RowCodec.of(stream.schema(), stream.name() + "-value", registry).orThrow();
        var rows = new ArrayList<FrameTopics.Sent>();
        for (int i = 0; i < ROWS; i++) {
            long ts = BASE + i * 1_000L;
            byte[] value = codec.encode(ArrayRow.of("A", ts, (double) i + 1, 1.0, (long) i));
            rows.add(new FrameTopics.Sent(
                    "A".getBytes(StandardCharsets.UTF_8), value, FrameTopics.RECENT + i, List.of()));
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {StreamsConfig.EXACTLY_ONCE_V2, StreamsConfig.AT_LEAST_ONCE})
    @Timeout(180)
    void hasTheLastRowOfTheLastFrameAndIsRestoredFromRows(String guarantee, BufferAllocator allocator)
            throws Exception {
        var stream = new StreamSpec(
                topics.broker().newTopic("tiered", 1),
                BuiltInSchemas.trade(),
                List.of("symbol"),
                "ts",
                Optional.of("trade_id"),
                Duration.ofHours(1),
                List.of(),
                1);
        var offsets = topics.send(stream.name(), rows(stream), 150);
        // Given a life that stops behind some frame
        var first = new Life(stream, guarantee, STOP_AFTER, 0, allocator);
        assertThat(first.stopped.await(60, TimeUnit.SECONDS)).isTrue();
        first.streams.close();
        var last = first.taken.getLast();
        assertThat(last.size()).isGreaterThan(1);
        assertThat(last.lastOffset()).isLessThan(offsets.getLast());
        // Then the next one has what that has taken, and restores nothing; it goes on where that stopped, and through a
        // failure
        var second = new Life(stream, guarantee, 0, FAIL_AFTER, allocator);
        topics.awaitCommitted("tier-" + stream.name(), stream.name());
        assertThat(second.tiers.answered().getFirst()).isEqualTo(last.lastOffset());
        assertRows(second.streams, offsets, allocator);
        second.streams.close();
        assertThat(second.taken.getFirst().offset(0)).isEqualTo(offsets.get(offsets.indexOf(last.lastOffset()) + 1));
        assertThat(second.tiers.answered())
                .as("what tiers said they had, each the last row of a frame, or nothing after the failure")
                .hasSizeGreaterThan(1)
                .isSubsetOf(lastOffsets(first, second));
        // When the folder is lost, then the topic's rows are restored one by one
        delete(folder);
        var third = new Life(stream, guarantee, 0, 0, allocator);
        assertRows(third.streams, offsets, allocator);
        third.streams.close();
        assertThat(third.restored.get()).isEqualTo(ROWS);
        assertThat(third.taken).isEmpty();
    }

    private static List<Long> lastOffsets(Life... lives) {
        var offsets = new ArrayList<>(List.of(NOTHING));
        for (Life life : lives) {
            life.taken.forEach(frame -> offsets.add(frame.lastOffset()));
        }
        return offsets;
    }

    /** Waits until the store answers, and asserts that it has each row once, under its own offset. */
    private static void assertRows(KafkaStreams streams, List<Long> offsets, BufferAllocator allocator)
            throws InterruptedException {
        while (streams.state() != KafkaStreams.State.RUNNING) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        while (true) {
            var result = streams.query(StateQueryRequest.inStore(STORE)
                            .withQuery(Stores.snapshot(allocator))
                            .requireActive())
                    .getPartitionResults()
                    .get(0);
            if (result == null || result.isFailure()) {
                TimeUnit.MILLISECONDS.sleep(20);
                continue;
            }
            var part = result.getResult();
            try (var rows = part.rows()) {
                if (part.committedOffset() == offsets.getLast()) {
                    var found = new ArrayList<Long>();
                    var prices = new ArrayList<Double>();
                    for (int row = 0; row < rows.getRowCount(); row++) {
                        found.add((Long) rows.getVector("_offset").getObject(row));
                        prices.add((Double) rows.getVector("price").getObject(row));
                    }
                    assertThat(found).isEqualTo(offsets);
                    assertThat(prices).hasSize(ROWS).isSorted().doesNotHaveDuplicates();
                    return;
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.delete(path);
                }
            }
        }
    }
}
