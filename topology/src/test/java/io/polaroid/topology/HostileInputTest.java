package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that nobody should send, and feeds that pause for longer than rows are kept. */
class HostileInputTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final long DAY = 86_400 * SECOND;

    @TempDir
    java.nio.file.Path folder;

    private static Pipeline pipeline(long disorderMillis, long graceMillis) {
        return Market.pipeline(Duration.ofMillis(disorderMillis), Duration.ofMillis(graceMillis));
    }

    private void play(Pipeline pipeline, Consumer<Play> test) {
        var registry = new InMemorySchemaRegistry();
        var running = new Running();
        var properties = DriverProperties.in(folder);
        try (var allocator = new RootAllocator()) {
            var topology =
                    PipelineTopology.of(pipeline, registry, allocator, running).orThrow();
            try (var driver = new TopologyTestDriver(topology.build(), properties)) {
                var play = new Play(driver, registry, topology, running, new HashMap<>());
                test.accept(play);
                var unused =
                        Counts.addUp(pipeline, running, input -> play.sent().getOrDefault(input, 0L));
            }
        }
    }

    /** Sends records and reads what came of them. */
    private record Play(
            TopologyTestDriver driver,
            InMemorySchemaRegistry registry,
            PipelineTopology topology,
            Running running,
            Map<String, Long> sent) {
        void trade(String symbol, long ts, double price, double size) {
            var codec = RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry)
                    .orThrow();
            send(
                    "trades",
                    symbol.getBytes(StandardCharsets.UTF_8),
                    codec.encode(ArrayRow.of(symbol, ts, price, size, null)));
        }

        void quote(String symbol, long ts, double bid) {
            var codec = RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry)
                    .orThrow();
            send(
                    "quotes",
                    symbol.getBytes(StandardCharsets.UTF_8),
                    codec.encode(ArrayRow.of(symbol, ts, bid, 1.0, 2.0, 1.0, null)));
        }

        void control(String topic, ControlRecord.Kind kind, String source, long nanos) {
            send(topic, new ControlRecord(source, kind, nanos, nanos, "*").toKey(), null);
        }

        void send(String topic, byte[] key, byte[] value) {
            sent.merge(topic, 1L, Long::sum);
            driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
                    .pipeInput(key, value);
        }

        List<Row> published(String view) {
            var codec = RowCodec.of(topology.viewAvroSchema(view), view + "-value", registry)
                    .orThrow();
            int revision = codec.arrowSchema().getFields().size() - 3;
            return rows(view, codec).stream()
                    .filter(row -> !row.isNull(revision))
                    .toList();
        }

        List<Row> deadLetters() {
            return rows(
                    "market.dead-letter",
                    RowCodec.of(BuiltInSchemas.deadLetter(), "market.dead-letter-value", registry)
                            .orThrow());
        }

        List<Row> late(String view) {
            return rows(
                    view + ".late",
                    RowCodec.of(BuiltInSchemas.late(), view + ".late-value", registry)
                            .orThrow());
        }

        private List<Row> rows(String topic, RowCodec codec) {
            var rows = new ArrayList<Row>();
            driver
                    .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList()
                    .stream()
                    .filter(record -> record.value() != null)
                    .forEach(record -> rows.add(copy(codec, record.value())));
            return rows;
        }

        private static Row copy(RowCodec codec, byte[] value) {
            var row = codec.decode(value).orThrow();
            var cells = new Object[codec.arrowSchema().getFields().size()];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = row.valueAt(i);
            }
            return ArrayRow.of(cells);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-9_223_372_036_854_775L, 9_223_372_036_854_775L, Long.MIN_VALUE, Long.MAX_VALUE})
    void buriesTimesThatLeaveNoRoomForWindows(long ts) {
        play(pipeline(0, 0), play -> {
            play.trade("A", BASE, 1, 1);
            // When
            play.trade("A", ts, 1, 1);
            play.trade("A", BASE + 2 * SECOND, 1, 1);
            // Then
            assertThat(play.deadLetters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.valueAt(0)).isEqualTo("wrong-type"));
            assertThat(play.published("bars_1s")).hasSize(1);
        });
    }

    @Test
    void goesOnThroughTimesBefore1970() {
        play(pipeline(0, 0), play -> {
            // When
            play.trade("A", -2_500_000, 5, 1);
            play.trade("A", -2_400_000, 6, 1);
            play.trade("A", 10 * SECOND, 7, 1);
            // Then
            assertThat(play.published("bars_1s"))
                    .singleElement()
                    .satisfies(bar -> assertThat(bar.longAt(1)).isEqualTo(-3 * SECOND));
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 5, 0, Long.MAX_VALUE})
    void takesHeartbeatsOfAnyTime(long nanos) {
        play(pipeline(0, 0), play -> {
            // When
            play.control("trades", ControlRecord.Kind.HEARTBEAT, "binance/0", nanos);
            play.trade("A", BASE, 1, 1);
            play.trade("A", BASE + 2 * SECOND, 1, 1);
            // Then
            var counts = play.running().counts("bars_1s", "trades");
            assertThat(counts).containsEntry("control", 1L);
            assertThat(counts.get("on_time") + counts.get("late")).isEqualTo(2);
            assertThat(play.published("bars_1s")).hasSize(nanos == Long.MAX_VALUE ? 0 : 1);
        });
    }

    @Test
    void aFeedThatComesUpAtTimeZeroTakesNoProgressBack() {
        play(pipeline(0, 0), play -> {
            play.trade("A", BASE, 1, 1);
            // When
            play.control("trades", ControlRecord.Kind.UP, "binance/0", 0);
            play.trade("A", BASE + 100_000, 1, 1);
            play.trade("A", BASE + 2 * SECOND, 1, 1);
            play.trade("A", BASE + SECOND, 1, 1);
            // Then
            assertThat(play.published("bars_1s")).hasSize(1);
            assertThat(play.late("bars_1s")).hasSize(1);
        });
    }

    @Test
    void cutsDeadLettersThatWouldNotFitIntoARecord() {
        play(pipeline(0, 0), play -> {
            // When
            play.send("trades", new byte[500_000], new byte[1_000_000]);
            play.send("trades", new byte[] {1}, null);
            play.send("trades", null, new byte[] {1});
            play.send(
                    "trades",
                    (ControlRecord.KEY_PREFIX + "{\"source\":1,\"x\":\"" + "y".repeat(900_000) + "\"}")
                            .getBytes(StandardCharsets.UTF_8),
                    null);
            // Then
            var letters = play.deadLetters();
            assertThat(letters).hasSize(4);
            assertThat((byte[]) letters.getFirst().valueAt(7)).hasSize(400_000);
            assertThat(letters.getFirst().valueAt(1).toString()).endsWith("500000 and 1000000 bytes are cut to 400000");
            assertThat(letters.get(3).valueAt(1).toString()).hasSizeLessThan(1_200);
            assertThat(play.running().counts("bars_1s", "trades")).containsEntry("dead_letter", 4L);
        });
    }

    @Test
    void aBarWithoutVolumeHasAnUndefinedVwap() {
        play(pipeline(0, 0), play -> {
            // When
            play.trade("A", BASE, 5, 0);
            play.trade("A", BASE + 2 * SECOND, 5, 1);
            // Then
            assertThat(play.published("bars_1s"))
                    .singleElement()
                    .satisfies(bar -> assertThat(bar.isNull(8) || Double.isNaN(bar.doubleAt(8)))
                            .isTrue());
        });
    }

    @Test
    void aPauseLongerThanRetentionLosesNoRollingResult() {
        play(pipeline(1_000, 0), play -> {
            for (int i = 0; i < 4; i++) {
                play.trade("A", BASE + i / 2 * 100_000, 10 + i, 1);
                play.trade("B", BASE + i * 100_000, 10 + i, 1);
            }
            // When
            play.trade("B", BASE + DAY / 2, 20, 1);
            play.trade("B", BASE + DAY / 2 + 2 * SECOND, 20, 1);
            // Then
            var rolled = play.published("vwap_5s");
            assertThat(rolled).hasSize(9);
            assertThat(rolled.stream().filter(row -> "A".equals(row.valueAt(0))).map(row -> row.longAt(5)))
                    .containsExactly(2L, 2L, 4L, 4L);
            assertThat(rolled.stream().filter(row -> "B".equals(row.valueAt(0))).map(row -> row.longAt(5)))
                    .containsExactly(1L, 2L, 3L, 4L, 1L);
        });
    }

    @Test
    void aHeartbeatBeyondRetentionLosesNoRollingResult() {
        play(pipeline(1_000, 0), play -> {
            play.trade("A", BASE, 10, 1);
            play.trade("A", BASE, 11, 1);
            play.trade("A", BASE + 1, 12, 1);
            // When
            play.control("trades", ControlRecord.Kind.HEARTBEAT, "binance/0", (BASE + DAY) * 1_000);
            // Then
            assertThat(play.published("vwap_5s").stream().map(row -> row.longAt(5)))
                    .containsExactly(2L, 2L, 3L);
        });
    }

    @ParameterizedTest(name = "quotes first: {0}, as a lookup: {1}, within {2}")
    @CsvSource({
        "true,false,PT2S",
        "false,false,PT2S",
        "true,true,PT2S",
        "false,true,PT2S",
        "true,false,",
        "false,false,",
        "true,true,",
        "false,true,"
    })
    void aPauseLongerThanRetentionLosesNoMatch(boolean quotesFirst, boolean asLookup, Duration within) {
        var tolerance = within == null ? ViewSpec.AsOf.ANY_DISTANCE : within;
        play(matching(ViewSpec.AsOf.Match.LEFT, tolerance, asLookup), play -> {
            play.quote("A", BASE, 1);
            play.trade("A", BASE, 10, 1);
            play.trade("A", BASE + 100, 10, 1);
            play.quote("A", BASE + 200, 2);
            // When
            if (quotesFirst) {
                play.quote("A", BASE + DAY / 2, 3);
                play.quote("A", BASE + DAY / 2 + SECOND, 4);
            }
            play.trade("A", BASE + DAY / 2 + 2 * SECOND, 10, 1);
            play.quote("A", BASE + DAY / 2 + 3 * SECOND, 5);
            play.quote("A", BASE + DAY / 2 + 4 * SECOND, 5);
            play.trade("A", BASE + DAY / 2 + 5 * SECOND, 10, 1);
            // Then
            assertThat(play.published("enriched").stream()
                            .map(row -> row.valueAt(6))
                            .toList())
                    .containsExactly(1.0, 1.0, quotesFirst ? (Object) 4.0 : within == null ? (Object) 2.0 : null);
        });
    }

    @ParameterizedTest(name = "inner: {0}, as a lookup: {1}")
    @CsvSource({"true,false", "false,false", "true,true", "false,true"})
    void leftRowsWaitForTheRightInputHoweverLong(boolean inner, boolean asLookup) {
        var match = inner ? ViewSpec.AsOf.Match.INNER : ViewSpec.AsOf.Match.LEFT;
        play(matching(match, Duration.ofSeconds(2), asLookup), play -> {
            play.quote("A", BASE, 1);
            play.trade("A", BASE + 100, 10, 1);
            play.trade("A", BASE + 10 * SECOND, 10, 1);
            // When
            play.trade("A", BASE + 3 * DAY, 10, 1);
            play.trade("A", BASE + 6 * DAY, 10, 1);
            play.quote("A", BASE + 6 * DAY, 2);
            play.quote("A", BASE + 6 * DAY + 10, 3);
            play.trade("A", BASE + 6 * DAY + 10, 10, 1);
            // Then
            var bids = play.published("enriched").stream()
                    .map(row -> row.valueAt(6))
                    .toList();
            if (inner) {
                assertThat(bids).containsExactly(1.0, 2.0);
            } else {
                assertThat(bids).containsExactly(1.0, null, null, 2.0);
            }
        });
    }

    private static Pipeline matching(ViewSpec.AsOf.Match match, Duration tolerance, boolean asLookup) {
        var pipeline = pipeline(0, 0);
        var views = pipeline.views().values().stream()
                .map(view -> view instanceof ViewSpec.AsOf asOf ? matching(asOf, match, tolerance, asLookup) : view)
                .toList();
        return Pipeline.of(
                "market",
                pipeline.guarantee(),
                1,
                List.copyOf(pipeline.streams().values()),
                views);
    }

    private static ViewSpec matching(
            ViewSpec.AsOf view, ViewSpec.AsOf.Match match, Duration tolerance, boolean asLookup) {
        var other = new ViewSpec.AsOf(view.name(), view.from(), view.with(), tolerance, match, view.policy());
        return asLookup
                ? new ViewSpec.Lookup(view.name(), view.from(), view.with(), Around.Nearest.of(other), view.policy())
                : other;
    }

    @Test
    void aDroppedRowIsNamedWithoutItsPayload() {
        var pipeline = pipeline(0, 0);
        var policy = new ViewSpec.Policy(
                Duration.ZERO, Duration.ZERO, Duration.ofHours(24), ViewSpec.Emit.FRAME, ViewSpec.Late.DROP);
        var bars = new ViewSpec.Resample("bars_1s", "trades", Duration.ofSeconds(1), Market.ohlcv(), policy);
        var dropping = Pipeline.of(
                "market",
                pipeline.guarantee(),
                1,
                List.copyOf(pipeline.streams().values()),
                List.of(bars));
        play(dropping, play -> {
            play.trade("A", BASE + 5 * SECOND, 10, 1);
            // When
            play.trade("A", BASE, 10, 1);
            // Then
            assertThat(play.late("bars_1s")).singleElement().satisfies(late -> {
                assertThat(late.valueAt(7)).isEqualTo("drop");
                assertThat(late.isNull(10)).isTrue();
            });
        });
    }
}
