package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.topology.frame.FramedInput;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is published does not depend on how rows were cut into frames, and a bad row costs only itself. */
class FrameSplitTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final List<String> ONE_INPUT = List.of("bars_1s", "bars_1m", "vwap_5s");

    @TempDir
    Path folder;

    private record Sent(String topic, byte[] key, byte[] value) {}

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final RowCodec trades =
            RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
    private final RowCodec quotes =
            RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry).orThrow();

    private List<Sent> records(long seed) {
        var random = new SplittableRandom(seed);
        var records = new ArrayList<Sent>();
        long now = BASE;
        for (int i = 0; i < 1_200; i++) {
            now += random.nextLong(80_000);
            long ts = now - (random.nextInt(6) == 0 ? random.nextLong(5_000_000) : 0);
            var symbol = List.of("A", "B", "C|D", "E").get(random.nextInt(4));
            var key = symbol.replace("|", "\\|").getBytes(StandardCharsets.UTF_8);
            double price = 100 + random.nextInt(400) / 8.0;
            byte[] value = trades.encode(ArrayRow.of(symbol, ts, price, random.nextDouble(), random.nextLong(1_000)));
            records.add(
                    switch (random.nextInt(30)) {
                        case 0 -> new Sent("trades", key, new byte[] {0, 1, 2});
                        case 1 ->
                            new Sent(
                                    "trades",
                                    new ControlRecord("feed", ControlRecord.Kind.HEARTBEAT, ts * 1_000, ts * 1_000, "*")
                                            .toKey(),
                                    null);
                        case 2, 3, 4, 5, 6, 7, 8, 9 ->
                            new Sent("quotes", key, quotes.encode(ArrayRow.of(symbol, ts, 1.0, 1.0, 2.0, 1.0, (long)
                                    i)));
                        default -> new Sent("trades", key, value);
                    });
        }
        return records;
    }

    private void drive(Pipeline pipeline, Consumer<TopologyTestDriver> test) {
        var properties = DriverProperties.in(folder);
        try (var allocator = new RootAllocator()) {
            var running = new Running();
            var topology =
                    PipelineTopology.of(pipeline, registry, allocator, running).orThrow();
            topology.registerSchemas();
            try (var driver = new TopologyTestDriver(topology.build(), properties)) {
                test.accept(driver);
                var unused = Counts.addUp(
                        pipeline,
                        running,
                        input -> ((RowTier) driver.getStateStore(Names.rowStore(input))).lastOffset() + 1);
            }
        }
    }

    private static List<TestRecord<byte[], byte[]>> output(TopologyTestDriver driver, String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** All that views and late topics of one input publish, in order, as text. */
    private Map<String, List<String>> published(Pipeline pipeline, List<Sent> records, IntSupplier sizes) {
        var published = new TreeMap<String, List<String>>();
        drive(pipeline, driver -> {
            var inputs = Map.of(
                    "trades",
                    new FramedInput(driver, "trades", sizes),
                    "quotes",
                    new FramedInput(driver, "quotes", sizes));
            records.forEach(record -> inputs.get(record.topic()).send(record.key(), record.value()));
            inputs.values().forEach(FramedInput::flush);
            for (String view :
                    ONE_INPUT.stream().filter(pipeline.views()::containsKey).toList()) {
                var codec = RowCodec.of(pipelineSchema(pipeline, view), view + "-value", registry)
                        .orThrow();
                int revision = codec.arrowSchema().getFields().size() - 3;
                published.put(
                        view,
                        output(driver, view).stream()
                                .filter(record -> record.value() == null
                                        || !codec.decode(record.value())
                                                .orThrow()
                                                .isNull(revision))
                                .map(FrameSplitTest::text)
                                .toList());
                published.put(
                        view + ".late",
                        output(driver, view + ".late").stream()
                                .map(FrameSplitTest::text)
                                .toList());
            }
            published.put(
                    "market.dead-letter",
                    output(driver, "market.dead-letter").stream()
                            .map(FrameSplitTest::text)
                            .sorted()
                            .toList());
        });
        return published;
    }

    private org.apache.avro.Schema pipelineSchema(Pipeline pipeline, String view) {
        try (var allocator = new RootAllocator()) {
            return PipelineTopology.of(pipeline, registry, allocator, new Running())
                    .orThrow()
                    .viewAvroSchema(view);
        }
    }

    private static String text(TestRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8) + "="
                + (record.value() == null ? "control" : HexFormat.of().formatHex(record.value()));
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms, bars only: {3}")
    @CsvSource({"1,0,0,false", "2,700,2000,false", "3,0,5000,true", "4,1000,0,true", "5,500,500,true"})
    void publishesTheSameBytesHoweverRowsAreCut(long seed, long disorderMillis, long graceMillis, boolean barsOnly) {
        var whole = Market.pipeline(Duration.ofMillis(disorderMillis), Duration.ofMillis(graceMillis));
        var pipeline = barsOnly ? Market.only(whole, ONE_INPUT.subList(0, 2)) : whole;
        var records = records(seed);
        // When
        var rowByRow = published(whole, records, () -> 1);
        var sizes = new SplittableRandom(seed);
        var small = published(pipeline, records, () -> 1 + sizes.nextInt(8));
        var large = published(pipeline, records, () -> 1 + sizes.nextInt(800));
        // Then
        assertThat(rowByRow.get("bars_1s")).hasSizeGreaterThan(50);
        assertThat(small).allSatisfy((topic, lines) -> assertThat(rowByRow).containsEntry(topic, lines));
        assertThat(large).isEqualTo(small);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aBadRowIsOneDeadLetterWithWhatWasSent(boolean barsOnly) {
        var whole = Market.pipeline(Duration.ZERO, Duration.ZERO);
        drive(barsOnly ? Market.only(whole, ONE_INPUT.subList(0, 1)) : whole, driver -> {
            var input = new FramedInput(driver, "trades", () -> 1_000);
            var key = "A".getBytes(StandardCharsets.UTF_8);
            byte[] bad = {0, 0, 0, 0, 1, 77};
            var headers = new RecordHeaders().add("origin", new byte[] {5});
            // When
            for (int i = 0; i < 500; i++) {
                if (i == 321) {
                    input.send(key, bad, headers);
                } else {
                    input.send(key, trades.encode(ArrayRow.of("A", BASE + i * 20_000L, 1.0, 1.0, null)));
                }
            }
            input.flush();
            // Then
            var codec = RowCodec.of(BuiltInSchemas.deadLetter(), "market.dead-letter-value", registry)
                    .orThrow();
            assertThat(output(driver, "market.dead-letter")).singleElement().satisfies(letter -> {
                var row = codec.decode(letter.value()).orThrow();
                assertThat(row.longAt(5)).isEqualTo(321);
                assertThat(row.valueAt(6)).isEqualTo(key);
                assertThat(row.valueAt(7)).isEqualTo(bad);
                assertThat(letter.headers()).isEqualTo(headers);
            });
            assertThat(output(driver, "bars_1s").stream()
                            .filter(record -> record.value() != null)
                            .map(record -> RowCodec.of(pipelineSchema(whole, "bars_1s"), "bars_1s-value", registry)
                                    .orThrow()
                                    .decode(record.value())
                                    .orThrow())
                            .filter(row -> !row.isNull(9))
                            .mapToLong(row -> row.longAt(7))
                            .sum())
                    .isEqualTo(9 * 50 - 1);
        });
    }

    /** Each row of the tier with its cells, offset and progress before it. */
    private List<String> tier(Pipeline pipeline, List<Sent> records, IntSupplier sizes) {
        var rows = new ArrayList<String>();
        drive(pipeline, driver -> {
            var input = new FramedInput(driver, "trades", sizes);
            records.stream()
                    .filter(record -> record.topic().equals("trades"))
                    .forEach(record -> input.send(record.key(), record.value()));
            input.flush();
            var tier = (RowTier) driver.getStateStore("trades-rows");
            for (String key : tier.seriesKeys()) {
                var series = tier.series(key);
                for (int i = 0; i < series.size(); i++) {
                    var row = series.row(i);
                    var cells = IntStream.range(0, 5).mapToObj(row::valueAt).toList();
                    rows.add(key + " " + series.timeNanos(i) + " " + series.offset(i) + " " + series.progressBefore(i)
                            + " " + cells);
                }
            }
            rows.add(tier.progress() + " " + tier.lastOffset() + " " + tier.seriesKeys());
        });
        return rows;
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void theRowTierHoldsTheSameRowsHoweverTheyCame(long seed) {
        var whole = Market.pipeline(Duration.ofSeconds(1), Duration.ofSeconds(1));
        var barsOnly = Market.only(whole, List.of("bars_1s"));
        var records = records(seed);
        // When
        var rowByRow = tier(whole, records, () -> 1);
        var sizes = new SplittableRandom(seed);
        // Then
        assertThat(rowByRow).hasSizeGreaterThan(300);
        assertThat(tier(barsOnly, records, () -> 1 + sizes.nextInt(50))).isEqualTo(rowByRow);
        assertThat(tier(barsOnly, records, () -> 2_000)).isEqualTo(rowByRow);
    }

    @Test
    void rowsInAFrameAreSeenOneAfterAnother() {
        drive(Market.pipeline(Duration.ZERO, Duration.ofHours(1)), driver -> {
            var input = new FramedInput(driver, "trades", () -> 1_000);
            var key = "A".getBytes(StandardCharsets.UTF_8);
            // When the third row would change the window of the first, were it visible already
            for (long ts : new long[] {1_000_000, 2_000_000, 500_000}) {
                input.send(key, trades.encode(ArrayRow.of("A", BASE + ts, 1.0, 1.0, null)));
            }
            input.flush();
            // Then
            var codec = RowCodec.of(
                            pipelineSchema(Market.pipeline(Duration.ZERO, Duration.ofHours(1)), "vwap_5s"),
                            "vwap_5s-value",
                            registry)
                    .orThrow();
            assertThat(output(driver, "vwap_5s").stream()
                            .filter(record -> record.value() != null)
                            .map(record -> codec.decode(record.value()).orThrow())
                            .map(row -> row.longAt(1) - BASE + ":" + row.longAt(5) + "r" + row.longAt(6)))
                    .containsExactly("1000000:1r0", "500000:1r0", "1000000:2r1");
        });
    }
}
