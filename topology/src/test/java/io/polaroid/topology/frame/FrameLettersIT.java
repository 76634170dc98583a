package io.polaroid.topology.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.app.Topics;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Contract C5 against a broker: of a frame, what is no row becomes a dead letter of its own, and all else counts. */
@ExtendWith(Allocators.class)
class FrameLettersIT {
    private static final String STREAM = "lettered";
    private static final String VIEW = "lettered_bars";
    private static final int RECORDS = 3_000;
    private static final int FRAME_ROWS = 64;
    private static final int POLL_ROWS = 200;
    private static final long SECOND = 1_000_000;
    private static final long BASE = 1_723_161_256_000_000L;

    @TempDir
    Path folder;

    private final FrameTopics topics = new FrameTopics(EmbeddedBroker.shared());
    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final SplittableRandom random = new SplittableRandom(5);
    private final RowCodec trades =
            RowCodec.of(BuiltInSchemas.trade(), STREAM + "-value", registry).orThrow();

    /** What was sent: all records, which of them are no rows, and the closed bars of the others. */
    private final List<FrameTopics.Sent> sent = new ArrayList<>();

    private final List<Integer> bad = new ArrayList<>();
    private final Map<String, List<Object>> bars = new TreeMap<>();

    /** First offset of each frame that Kafka Streams was given, and the offsets of its rows. */
    private final Map<Long, List<Long>> frames = new ConcurrentHashMap<>();

    private int polls;
    private boolean readAgain;

    private static Pipeline pipeline() {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("open", "first(price)");
        aggregates.put("close", "last(price)");
        aggregates.put("count", "count(price)");
        var policy = new ViewSpec.Policy(
                Duration.ZERO, Duration.ZERO, Duration.ofHours(24), ViewSpec.Emit.COMMIT, ViewSpec.Late.CORRECT);
        return Pipeline.of(
                "lettering",
                Pipeline.Guarantee.EXACTLY_ONCE_V2,
                1,
                List.of(new StreamSpec(
                        STREAM,
                        BuiltInSchemas.trade(),
                        List.of("symbol"),
                        "ts",
                        Optional.of("trade_id"),
                        Duration.ofHours(1),
                        List.of("price > 0"),
                        1)),
                List.of(new ViewSpec.Resample(VIEW, STREAM, Duration.ofSeconds(1), aggregates, policy)));
    }

    private void makeRecords() {
        for (int i = 0; i < RECORDS; i++) {
            long ts = BASE + i * 10_000L;
            double price = 100 + random.nextInt(64) / 4.0;
            byte[] key = "A".getBytes(StandardCharsets.UTF_8);
            byte[] value = trades.encode(ArrayRow.of("A", ts, price, 1.0, (long) i));
            List<Header> headers = i % 7 == 0
                    ? List.of(new RecordHeader("from", new byte[] {(byte) i}), new RecordHeader("none", null))
                    : List.of();
            if (random.nextInt(40) != 0) {
                bar(ts, price);
            } else {
                bad.add(i);
                int kind = bad.size() % 6;
                key = kind == 0 ? null : key;
                value = switch (kind) {
                    case 1 -> new byte[] {1, 2, 3};
                    case 2 -> trades.encode(ArrayRow.of("A", ts, -1.0, 1.0, (long) i));
                    case 3 -> trades.encode(ArrayRow.of("A", ts, Double.NaN, 1.0, (long) i));
                    case 4 -> null;
                    case 5 -> java.util.Arrays.copyOf(value, value.length - 9);
                    default -> new byte[0];
                };
            }
            sent.add(new FrameTopics.Sent(key, value, ts / 1_000, headers));
        }
    }

    private void bar(long ts, double price) {
        // The last window stays open.
        long start = ts - ts % SECOND;
        if (start < (BASE + (RECORDS - 1) * 10_000L) / SECOND * SECOND) {
            bars.merge(
                    "A/" + start,
                    List.of(price, price, 1L),
                    (bar, one) -> List.of(bar.get(0), price, (long) bar.get(2) + 1));
        }
    }

    /** Notes the frames of a poll; fails now and then until frames have come twice, so that letters were sent and taken back. */
    private ConsumerRecords<byte[], byte[]> polled(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> frame : records) {
            var rows = new PackedFrame(frame.value(), frame.partition());
            var offsets = new ArrayList<Long>();
            for (int i = 0; i < rows.size(); i++) {
                offsets.add(rows.offset(i));
            }
            readAgain |= frames.put(frame.offset(), offsets) != null;
        }
        if (!records.isEmpty() && ++polls % 3 == 0 && !readAgain) {
            throw new IllegalStateException("the test lets the stream thread fail");
        }
        return records;
    }

    @Test
    @Timeout(180)
    void oneBadRowIsOneDeadLetterAndAllOthersCount(BufferAllocator allocator) throws Exception {
        var pipeline = pipeline();
        Topics.create(pipeline, topics.broker().bootstrapServers());
        makeRecords();
        var offsets = topics.send(STREAM, sent, 150);
        var running = new Running();
        var topology =
                PipelineTopology.of(pipeline, registry, allocator, running).orThrow();
        var properties = new Properties();
        properties.put("main.consumer.max.poll.records", POLL_ROWS);
        properties.put("commit.interval.ms", 300);
        // When all of them come in frames, and the stream thread fails on the way
        try (var streams = FrameRig.streams(
                topics.broker().bootstrapServers(),
                topology.build(),
                folder,
                pipeline.application(),
                FrameRig.clients(STREAM, FRAME_ROWS, this::polled),
                properties)) {
            streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.REPLACE_THREAD);
            streams.start();
            topics.awaitCommitted(pipeline.application(), STREAM);
            // Then every record counts once
            var counts = running.counts(VIEW, STREAM);
            assertThat(counts.get("dead_letter")).isEqualTo(bad.size());
            assertThat(counts.get("on_time")).isEqualTo(RECORDS - bad.size());
            assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(RECORDS);
        }
        assertThat(readAgain).as("frames were read again after a failure").isTrue();
        assertThat(bad).hasSizeGreaterThan(40);
        assertBadOnesWereAmongOthers(offsets);
        assertLetters(offsets);
        assertThat(published(topology)).isEqualTo(bars);
    }

    private void assertBadOnesWereAmongOthers(List<Long> offsets) {
        var alone = new HashSet<>(bad.stream().map(offsets::get).toList());
        int within = 0;
        for (List<Long> rows : frames.values()) {
            if (rows.size() > 1) {
                rows.forEach(alone::remove);
                within += (int) rows.subList(1, rows.size() - 1).stream()
                        .filter(offset -> bad.contains(offsets.indexOf(offset)))
                        .count();
            }
        }
        assertThat(alone).as("bad rows that had a frame of their own").isEmpty();
        assertThat(within).as("bad rows amid a frame").isPositive();
    }

    private void assertLetters(List<Long> offsets) {
        var codec = RowCodec.of(BuiltInSchemas.deadLetter(), "lettering.dead-letter-value", registry)
                .orThrow();
        var columns = codec.arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
        var letters = topics.read("lettering.dead-letter");
        assertThat(letters).hasSameSizeAs(bad);
        for (int i = 0; i < letters.size(); i++) {
            var original = sent.get(bad.get(i));
            Row letter = codec.decode(letters.get(i).value()).orThrow();
            assertThat(letter.longAt(columns.indexOf("offset"))).isEqualTo(offsets.get(bad.get(i)));
            assertThat(letter.longAt(columns.indexOf("partition"))).isZero();
            assertThat((byte[]) letter.valueAt(columns.indexOf("key"))).isEqualTo(original.key());
            assertThat((byte[]) letter.valueAt(columns.indexOf("payload")))
                    .isEqualTo(original.value() == null ? new byte[0] : original.value());
            assertThat(letters.get(i).timestamp()).isEqualTo(original.timestamp());
            assertThat(letters.get(i).headers().toArray())
                    .isEqualTo(original.headers().toArray());
        }
    }

    /** The published bars, after checking that each is there once. */
    private Map<String, List<Object>> published(PipelineTopology topology) {
        var codec = RowCodec.of(topology.viewAvroSchema(VIEW), VIEW + "-value", registry)
                .orThrow();
        var columns = codec.arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
        var published = new TreeMap<String, List<Object>>();
        for (var record : topics.read(VIEW)) {
            if (record.value() == null) {
                continue;
            }
            Row row = codec.decode(record.value()).orThrow();
            if (!row.isNull(columns.indexOf("revision"))) {
                var before = published.put(
                        row.valueAt(0) + "/" + row.longAt(1),
                        List.of(
                                row.doubleAt(columns.indexOf("open")),
                                row.doubleAt(columns.indexOf("close")),
                                row.longAt(columns.indexOf("count"))));
                assertThat(before).isNull();
            }
        }
        return published;
    }
}
