package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Rolling;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.frame.FramedInput;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Views with a result for each row, of all kinds and beside bars: however rows are cut into frames, and wherever commits are, they
 * hold what their definitions say of the rows that the row tier accepted, worked out for each row from nothing.
 */
class RowViewsTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final List<String> JOINS = List.of("left_commit", "left_close", "inner_commit", "inner_close");

    @TempDir
    Path folder;

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final RowCodec trades =
            RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
    private final RowCodec quotes =
            RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry).orThrow();

    private record Sent(String topic, byte[] key, byte[] value) {}

    /**
     * What came of a run.
     *
     * @param published newest revision of each result, by view and row
     * @param rolling all that the rolling view published, in order
     * @param expected the same results, worked out anew
     */
    private record Outcome(
            Map<String, Map<String, List<Object>>> published,
            List<String> rolling,
            Map<String, Map<String, List<Object>>> expected) {}

    private static SequencedMap<String, String> aggregates() {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("mean", "mean(price)");
        aggregates.put("sd", "std(price)");
        aggregates.put("lowest", "min(price)");
        aggregates.put("highest", "max(price)");
        aggregates.put("vwap", "sum(price*size)/sum(size)");
        aggregates.put("middle", "median(price)");
        aggregates.put("most", "quantile(price, 0.9)");
        aggregates.put("opening", "first(price)");
        aggregates.put("n", "count(*)");
        return aggregates;
    }

    private static Pipeline pipeline(Duration disorder, Duration grace, Duration retention) {
        var commit = policy(disorder, grace, ViewSpec.Emit.COMMIT);
        var close = policy(disorder, grace, ViewSpec.Emit.CLOSE);
        var views = new ArrayList<ViewSpec>();
        views.add(new ViewSpec.Resample("bars", "trades", Duration.ofSeconds(1), Market.ohlcv(), commit));
        views.add(new ViewSpec.Rolling("rolling", "trades", Duration.ofSeconds(3), aggregates(), close));
        for (String name : JOINS) {
            var match = name.startsWith("left") ? ViewSpec.AsOf.Match.LEFT : ViewSpec.AsOf.Match.INNER;
            views.add(new ViewSpec.AsOf(
                    name, "trades", "quotes", Duration.ofMillis(900), match, name.endsWith("commit") ? commit : close));
        }
        return Pipeline.of(
                "market",
                Pipeline.Guarantee.EXACTLY_ONCE_V2,
                1,
                List.of(
                        stream("trades", BuiltInSchemas.trade(), Optional.of("trade_id"), retention),
                        stream("quotes", BuiltInSchemas.quote(), Optional.empty(), retention)),
                views);
    }

    private static ViewSpec.Policy policy(Duration disorder, Duration grace, ViewSpec.Emit emit) {
        return new ViewSpec.Policy(disorder, grace, Duration.ofHours(24), emit, ViewSpec.Late.CORRECT);
    }

    private static StreamSpec stream(
            String name, org.apache.avro.Schema schema, Optional<String> id, Duration retention) {
        return new StreamSpec(name, schema, List.of("symbol"), "ts", id, retention, List.of(), 1);
    }

    /** Rows that come out of order, twice, and after leaps of time; one input is ahead of the other by turns. */
    private List<Sent> records(long seed) {
        var random = new SplittableRandom(seed);
        var records = new ArrayList<Sent>();
        long now = BASE;
        for (int i = 0; i < 900; i++) {
            now += random.nextLong(60_000) + (random.nextInt(150) == 0 ? 20_000_000 : 0);
            long ahead = i / 150 % 3 * 1_500_000L;
            long ts = now - (random.nextInt(5) == 0 ? random.nextLong(4_000_000) : 0);
            var symbol = List.of("A", "B", "C").get(random.nextInt(3));
            var key = symbol.getBytes(StandardCharsets.UTF_8);
            double price = 100 + random.nextInt(4_000) / 100.0;
            switch (random.nextInt(20)) {
                case 0 ->
                    records.add(new Sent(
                            random.nextBoolean() ? "trades" : "quotes",
                            new ControlRecord("feed", ControlRecord.Kind.HEARTBEAT, ts * 1_000, ts * 1_000, "*")
                                    .toKey(),
                            null));
                case 1 -> records.add(new Sent("trades", key, new byte[] {0, 1, 2}));
                case 2, 3, 4, 5, 6, 7, 8, 9 ->
                    records.add(new Sent(
                            "quotes",
                            key,
                            quotes.encode(ArrayRow.of(
                                    symbol,
                                    ts + ahead,
                                    price,
                                    1.0,
                                    price + 1,
                                    1.0,
                                    random.nextInt(5) == 0 ? null : (Long) (long) i))));
                default ->
                    records.add(new Sent(
                            "trades",
                            key,
                            trades.encode(
                                    ArrayRow.of(symbol, ts, price, random.nextDouble(), random.nextLong(2_000)))));
            }
        }
        return records;
    }

    private Outcome run(Pipeline pipeline, List<Sent> records, IntSupplier sizes) {
        var properties = DriverProperties.in(folder);
        try (var allocator = new RootAllocator()) {
            var running = new Running();
            var topology =
                    PipelineTopology.of(pipeline, registry, allocator, running).orThrow();
            topology.registerSchemas();
            try (var driver = new TopologyTestDriver(topology.build(), properties)) {
                var inputs = Map.of(
                        "trades",
                        new FramedInput(driver, "trades", sizes),
                        "quotes",
                        new FramedInput(driver, "quotes", sizes));
                records.forEach(record -> inputs.get(record.topic()).send(record.key(), record.value()));
                inputs.values().forEach(FramedInput::flush);
                var unused = Counts.addUp(
                        pipeline,
                        running,
                        input -> records.stream()
                                .filter(record -> record.topic().equals(input))
                                .count());
                var published = new TreeMap<String, Map<String, List<Object>>>();
                JOINS.forEach(view -> published.put(view, new TreeMap<>()));
                published.put("rolling", new TreeMap<>());
                var order = new ArrayList<String>();
                published.forEach((view, newest) -> {
                    var codec = RowCodec.of(topology.viewAvroSchema(view), view + "-value", registry)
                            .orThrow();
                    read(driver, view, codec, newest, view.equals("rolling") ? order : new ArrayList<>());
                });
                return new Outcome(published, order, expected(driver, pipeline, topology));
            }
        }
    }

    private static void read(
            TopologyTestDriver driver,
            String view,
            RowCodec codec,
            Map<String, List<Object>> newest,
            List<String> order) {
        int revision = codec.arrowSchema().getFields().size() - 3;
        driver.createOutputTopic(view, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()
                .forEach(record -> {
                    if (record.value() == null) {
                        order.add(new String(record.key(), StandardCharsets.UTF_8));
                        return;
                    }
                    var row = codec.decode(record.value()).orThrow();
                    var cells = cells(row, revision + 3);
                    assertThat(cells.get(revision))
                            .as("%s shows what is published", view)
                            .isNotNull();
                    order.add(cells.toString());
                    // The revision counts from 0, each once.
                    String key = key(row, columns(codec).indexOf("row_offset"));
                    var unused = newest.put(key, cells.subList(0, revision));
                });
    }

    private static List<String> columns(RowCodec codec) {
        return codec.arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
    }

    private static String key(Row row, int offset) {
        return row.valueAt(0) + "/" + row.longAt(1) + "/" + row.longAt(offset);
    }

    private static List<Object> cells(Row row, int count) {
        var cells = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            cells.add(row.valueAt(i));
        }
        return cells;
    }

    /** Results by definition over the rows of the row tier that were in time for the views. */
    private static Map<String, Map<String, List<Object>>> expected(
            TopologyTestDriver driver, Pipeline pipeline, PipelineTopology topology) {
        var policy = pipeline.views().get("rolling").policy();
        var lefts = (RowTier) driver.getStateStore("trades-rows");
        var rights = (RowTier) driver.getStateStore("quotes-rows");
        var scratch = WindowPlan.of(
                        aggregates(), topology.columns().get("trades").schema())
                .orThrow()
                .open();
        var window = Rolling.over(3_000_000_000L);
        var join = AsOf.backward(900_000_000L);
        var expected = new TreeMap<String, Map<String, List<Object>>>();
        JOINS.forEach(view -> expected.put(view, new TreeMap<>()));
        expected.put("rolling", new TreeMap<>());
        for (String key : lefts.seriesKeys()) {
            var left = lefts.series(key);
            var right = rights.series(key);
            for (int i = 0; i < left.size(); i++) {
                long time = left.timeNanos(i);
                if (isLate(policy, time, left.progressBefore(i))) {
                    continue;
                }
                String id = key + "/" + time / 1_000 + "/" + left.offset(i);
                if (isClosed(policy, time, lefts.progress())) {
                    var cells = new ArrayList<Object>(
                            Arrays.asList(key, time / 1_000, left.row(i).valueAt(4), left.offset(i)));
                    cells.addAll(Arrays.asList(window.evaluate(
                            scratch, left, time, at -> !isLate(policy, left.timeNanos(at), left.progressBefore(at)))));
                    expected.get("rolling").put(id, cells);
                }
                if (!isClosed(policy, time, Math.min(lefts.progress(), rights.progress()))) {
                    continue;
                }
                int match =
                        join.match(right, time, at -> !isLate(policy, right.timeNanos(at), right.progressBefore(at)));
                for (String view : JOINS) {
                    if (match >= 0 || view.startsWith("left")) {
                        var cells = cells(left.row(i), 5);
                        cells.addAll(
                                match < 0
                                        ? Arrays.asList(new Object[6])
                                        : cells(right.row(match), 7).subList(1, 7));
                        cells.add(left.offset(i));
                        expected.get(view).put(id, cells);
                    }
                }
            }
        }
        return expected;
    }

    private static boolean isClosed(ViewSpec.Policy policy, long time, long progress) {
        return progress >= time + 1_000 + policy.disorder().toNanos();
    }

    private static boolean isLate(ViewSpec.Policy policy, long time, long before) {
        return isClosed(policy, time, before)
                && before
                        >= time
                                + 1_000
                                + policy.disorder().toNanos()
                                + policy.grace().toNanos();
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms")
    @CsvSource({"1,0,0", "2,700,2500", "3,0,4000", "4,2000,0", "5,500,500"})
    void holdWhatTheirDefinitionsSayHoweverRowsAreCut(long seed, long disorderMillis, long graceMillis) {
        var disorder = Duration.ofMillis(disorderMillis);
        var grace = Duration.ofMillis(graceMillis);
        var pipeline = pipeline(disorder, grace, Duration.ofHours(1));
        var records = records(seed);
        // When
        var single = run(pipeline, records, () -> 1);
        var random = new SplittableRandom(seed);
        var small = run(pipeline, records, () -> 1 + random.nextInt(9));
        var large = run(pipeline, records, () -> 1 + random.nextInt(700));
        // Then
        assertThat(single.expected().get("rolling")).hasSizeGreaterThan(100);
        assertThat(single.expected().get("inner_close"))
                .hasSizeBetween(20, single.expected().get("left_close").size());
        for (var outcome : List.of(single, small, large)) {
            assertThat(outcome.expected()).isEqualTo(single.expected());
            assertThat(outcome.published()).isEqualTo(outcome.expected());
            assertThat(outcome.rolling()).isEqualTo(single.rolling());
        }
    }

    /** Nothing is kept for longer than the window and the wait: a leap within a frame takes no rows away that are needed before it. */
    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms")
    @CsvSource({"6,0,0", "7,1000,1000"})
    void publishTheSameHoweverRowsAreCutWhenFewAreRetained(long seed, long disorderMillis, long graceMillis) {
        var disorder = Duration.ofMillis(disorderMillis);
        var grace = Duration.ofMillis(graceMillis);
        var random = new SplittableRandom(seed);
        var records = records(seed);
        // When
        var least =
                pipeline(disorder, grace, Duration.ofSeconds(3).plus(disorder).plus(grace));
        var single = run(least, records, () -> 1);
        var large = run(least, records, () -> 1 + random.nextInt(300));
        // Then
        assertThat(single.rolling()).hasSizeGreaterThan(300);
        assertThat(large.rolling()).isEqualTo(single.rolling());
    }
}
