package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.testsupport.FeedProducer;
import io.polaroid.timeseries.batch.Decay;
import io.polaroid.timeseries.batch.Ewm;
import io.polaroid.timeseries.batch.StartBy;
import io.polaroid.timeseries.grid.Windowing;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.time.Span;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import io.polaroid.topology.app.Topics;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import io.polaroid.topology.prove.History;
import io.polaroid.topology.prove.Proof;
import io.polaroid.topology.prove.Prover;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of view is stopped at random moments, goes on with or without what is on disk, and is proven in the end. */
class RestartedViewsIT {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final Duration LONG = Duration.ofMinutes(30);

    @TempDir
    Path folder;

    /** Many commits, even where little happens in a second. */
    private static final Duration QUIET = Duration.ofSeconds(4);

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final Map<String, Long> sent = new HashMap<>();
    private long now = BASE;

    private static SequencedMap<String, String> map(String... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static Windowing windowing(String every, String period, String zone) {
        return new Windowing(
                Span.parse(every).orThrow(),
                Span.parse(period).orThrow(),
                Span.ZERO,
                Closed.LEFT,
                Windowing.Edge.LEFT,
                StartBy.WINDOW,
                ZoneId.of(zone),
                Optional.empty());
    }

    private static Pipeline pipeline(Duration disorder, Duration grace, int partitions) {
        var market = Market.pipeline(disorder, grace, partitions);
        var policy = market.views().firstEntry().getValue().policy();
        var numbers = map("n", "count(*)", "mid", "median(price)", "total", "sum(size)");
        var running = map("n", "count(*)", "last", "last(price)", "sd", "std(price)");
        var means = new LinkedHashMap<String, RowFunction.Ewm.Of>();
        means.put("mean", new RowFunction.Ewm.Of(Ewm.Kind.MEAN, "price"));
        means.put("sd", new RowFunction.Ewm.Of(Ewm.Kind.STD, "size"));
        var limited = new ViewSpec.Gaps(
                Optional.of(new ViewSpec.Fill.Limited(new ViewSpec.Fill.Previous(Optional.empty()), 2)),
                new LinkedHashMap<>(Map.of("sd", new ViewSpec.Fill.Limited(new ViewSpec.Fill.Linear(), 1))),
                Duration.ofSeconds(6),
                true);
        var views = new ArrayList<ViewSpec>();
        views.add(new ViewSpec.Resample(
                "hops", "trades", windowing("1s", "3s", "UTC"), numbers, ViewSpec.Gaps.NONE, policy));
        views.add(new ViewSpec.Resample("filled", "trades", windowing("1s", "1s", "UTC"), running, limited, policy));
        views.add(new ViewSpec.Resample(
                "days", "trades", windowing("1d", "1d", "America/New_York"), running, ViewSpec.Gaps.NONE, policy));
        views.add(new ViewSpec.Session("bursts", "trades", Duration.ofMillis(300), running, policy));
        var ofSeries =
                policy.withGrace(Duration.ZERO).withLateness(new ViewSpec.Lateness.OfSeries(Duration.ofSeconds(20)));
        views.add(new ViewSpec.Resample("own_bars", "trades", Duration.ofSeconds(1), running, ofSeries));
        views.add(new ViewSpec.Resample(
                "own_hops", "trades", windowing("1s", "3s", "UTC"), numbers, ViewSpec.Gaps.NONE, ofSeries));
        views.add(new ViewSpec.Session("own_bursts", "trades", Duration.ofMillis(300), running, ofSeries));
        views.add(new ViewSpec.AsOf(
                "own_quote", "trades", "quotes", ViewSpec.AsOf.ANY_DISTANCE, ViewSpec.AsOf.Match.LEFT, ofSeries));
        views.add(new ViewSpec.PerRow(
                "lagged",
                "trades",
                new RowFunction.Shift(RowFunction.Shift.Kind.LAG, 3, map("x", "price"), LONG),
                policy));
        views.add(new ViewSpec.PerRow(
                "filled_rows",
                "trades",
                new RowFunction.FillForward(OptionalInt.of(2), map("x", "size"), LONG),
                policy));
        views.add(new ViewSpec.PerRow(
                "smooth",
                "trades",
                new RowFunction.Ewm(
                        Optional.of(new Decay.Alpha(0.3)),
                        Optional.empty(),
                        RowFunction.Ewm.Options.DEFAULT,
                        means,
                        LONG),
                policy));
        views.add(new ViewSpec.PerRow(
                "last_rows", "trades", new RowFunction.RowWindow(6, Closed.RIGHT, 3, numbers, LONG), policy));
        views.add(new ViewSpec.PerRow(
                "some",
                "trades",
                new RowFunction.Select(Optional.of("price > 103"), map("price", "price", "notional", "price * size")),
                policy));
        views.add(new ViewSpec.Resample(
                "bars_of_some", "some", Duration.ofSeconds(1), map("v", "sum(notional)"), policy));
        views.add(new ViewSpec.AsOf(
                "last_quote", "trades", "quotes", ViewSpec.AsOf.ANY_DISTANCE, ViewSpec.AsOf.Match.LEFT, policy));
        views.add(new ViewSpec.PerRow(
                "of_hops",
                "hops",
                new RowFunction.Ewm(
                        Optional.of(new Decay.Span(5)),
                        Optional.empty(),
                        RowFunction.Ewm.Options.DEFAULT,
                        new LinkedHashMap<>(Map.of("m", new RowFunction.Ewm.Of(Ewm.Kind.MEAN, "total"))),
                        LONG),
                policy));
        views.add(new ViewSpec.Lookup(
                "closest",
                "trades",
                "quotes",
                new Around.Nearest(
                        AsOf.Direction.NEAREST,
                        Duration.ofSeconds(1),
                        true,
                        AsOf.Tie.LATER,
                        Around.Nearest.NullKeys.MATCH,
                        ViewSpec.AsOf.Match.INNER),
                policy));
        views.add(new ViewSpec.Lookup(
                "around",
                "trades",
                "quotes",
                new Around.Window(
                        Duration.ofSeconds(-1),
                        Duration.ofSeconds(2),
                        Closed.BOTH,
                        map("n", "count(*)", "top", "max(bid)")),
                policy));
        views.addAll(steps(policy));
        views.addAll(takenBack(policy));
        return Pipeline.of(
                "market", market.guarantee(), 1, List.copyOf(market.streams().values()), views);
    }

    /** Over results that may be taken back. */
    private static List<ViewSpec> takenBack(ViewSpec.Policy policy) {
        var few = new RowFunction.Select(Optional.of("n % 2 = 0"), map());
        return List.of(
                new ViewSpec.PerRow("few", "hops", few, policy),
                new ViewSpec.PerRow("small_bursts", "bursts", few, policy),
                new ViewSpec.Resample("bars_of_few", "few", Duration.ofSeconds(2), map("t", "sum(total)"), policy),
                new ViewSpec.Resample("bars_of_bursts", "bursts", Duration.ofSeconds(2), map("c", "count(*)"), policy),
                new ViewSpec.Session(
                        "medians",
                        "trades",
                        Duration.ofMillis(200),
                        map("n", "count(*)", "mid", "median(price)"),
                        LONG,
                        policy));
    }

    /** On grids: the rows of a stream, the bars of a view, and two streams together. */
    private static List<ViewSpec> steps(ViewSpec.Policy policy) {
        var grid = ViewSpec.Steps.grid(Span.parse("100ms").orThrow(), Span.ZERO, ZoneId.of("UTC"));
        var second = ViewSpec.Steps.grid(Span.parse("1s").orThrow(), Span.ZERO, ZoneId.of("UTC"));
        var some = Duration.ofSeconds(3);
        var filled = new ViewSpec.Gaps(
                Optional.of(new ViewSpec.Fill.Previous(Optional.empty())),
                new LinkedHashMap<>(Map.of("price", new ViewSpec.Fill.Linear())),
                Duration.ZERO,
                false);
        return List.of(
                new ViewSpec.Steps(
                        "upsampled", List.of("trades"), grid, ViewSpec.Steps.Take.AT, some, some, filled, policy),
                new ViewSpec.Steps(
                        "bars_upsampled",
                        List.of("bars_of_some"),
                        second,
                        ViewSpec.Steps.Take.AT,
                        some,
                        some,
                        ViewSpec.Gaps.NONE,
                        policy),
                new ViewSpec.Steps(
                        "aligned",
                        List.of("trades", "quotes"),
                        grid,
                        ViewSpec.Steps.Take.LAST,
                        some,
                        Duration.ofSeconds(1),
                        ViewSpec.Gaps.NONE,
                        policy));
    }

    @ParameterizedTest(name = "seed {0}, {1} partitions, disorder {2} ms, grace {3} ms")
    @CsvSource({"1,1,500,3000", "2,4,0,60000"})
    @Timeout(300)
    void areTheBatchAnswerAndCountEveryRecord(long seed, int partitions, long disorder, long grace) throws Exception {
        var pipeline = pipeline(Duration.ofMillis(disorder), Duration.ofMillis(grace), partitions);
        var random = new SplittableRandom(seed);
        try (var broker = EmbeddedBroker.open();
                var allocator = new RootAllocator();
                var producer = FeedProducer.open(broker.bootstrapServers())) {
            Topics.create(pipeline, broker.bootstrapServers());
            int disk = 0;
            for (int life = 0; life < 4; life++) {
                play(producer, random, partitions, 250);
                disk += random.nextInt(2);
                var settings = StreamsSettings.of(broker.bootstrapServers(), folder.resolve("disk" + disk));
                try (var app = StreamsApp.open(pipeline, settings, registry, allocator)) {
                    awaitSome(app, life == 3 ? 1 : random.nextDouble());
                }
            }
            var topology = PipelineTopology.of(pipeline, registry, allocator, new Running())
                    .orThrow();
            for (ViewSpec view : pipeline.views().values()) {
                var proof = new Prover(
                                pipeline, view, registry, topology, broker.bootstrapServers(), History.NONE, Map.of())
                        .prove(Optional.empty());
                assertThat(proof.differences()).as(view.name()).isEmpty();
                long results = proof.partitions().stream()
                        .mapToLong(Proof.Range::results)
                        .sum();
                assertThat(results)
                        .as("results of %s", view.name())
                        .isGreaterThan(view.name().equals("days") ? -1 : 30);
            }
        }
    }

    /** Waits until every view has counted a part of what was sent; for all of it, asserts that not one more was counted. */
    private void awaitSome(StreamsApp app, double part) throws InterruptedException {
        while (true) {
            assertThat(app.failed()).isFalse();
            var views = app.views();
            boolean enough = !views.isEmpty()
                    && views.stream().allMatch(view -> {
                        long counted = view.counts().values().stream()
                                .mapToLong(Long::longValue)
                                .sum();
                        Long all = sent.get(view.input());
                        if (all != null && part == 1) {
                            assertThat(counted).as("counts of %s", view.view()).isLessThanOrEqualTo(all);
                        }
                        return all == null || counted >= all * part;
                    });
            if (enough) {
                if (part == 1) {
                    awaitQuiet(app);
                }
                return;
            }
            Thread.sleep(10);
        }
    }

    /** Views on views are commits behind; how many records they will count is not known beforehand. */
    private static void awaitQuiet(StreamsApp app) throws InterruptedException {
        var before = app.views();
        for (long since = System.nanoTime(); System.nanoTime() - since < QUIET.toNanos(); Thread.sleep(50)) {
            var now = app.views();
            if (!now.equals(before)) {
                before = now;
                since = System.nanoTime();
            }
        }
    }

    private void play(FeedProducer producer, SplittableRandom random, int partitions, int records) {
        var trades =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
        var quotes =
                RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry).orThrow();
        for (int i = 0; i < records; i++) {
            now += random.nextInt(50) == 0 ? random.nextLong(5 * SECOND) : random.nextLong(120_000);
            long ts = now - (random.nextInt(4) == 0 ? random.nextLong(3 * SECOND) : 0);
            ts -= Math.floorMod(ts, 20_000);
            var symbol = List.of("A", "B", "C", "D").get(random.nextInt(4));
            int partition = SeriesKey.partition(symbol, partitions);
            double number = 100 + random.nextInt(60) / 4.0;
            if (random.nextInt(40) == 0) {
                var kind = List.of(ControlRecord.Kind.DOWN, ControlRecord.Kind.UP, ControlRecord.Kind.GAP)
                        .get(random.nextInt(3));
                var control = new ControlRecord("x/0", kind, ts * 1_000, (ts + SECOND) * 1_000, "*");
                send(producer, "trades", random.nextInt(partitions), control.toKey(), null);
            } else if (random.nextInt(3) > 0) {
                var value = trades.encode(ArrayRow.of(symbol, ts, number, number / 8, null));
                send(producer, "trades", partition, symbol.getBytes(StandardCharsets.UTF_8), value);
            } else {
                var value = quotes.encode(ArrayRow.of(symbol, ts, number, 1.0, 2.0, 1.0, null));
                send(producer, "quotes", partition, symbol.getBytes(StandardCharsets.UTF_8), value);
            }
        }
        producer.flush();
    }

    private void send(FeedProducer producer, String topic, int partition, byte[] key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, partition, key, value));
        sent.merge(topic, 1L, Long::sum);
    }
}
