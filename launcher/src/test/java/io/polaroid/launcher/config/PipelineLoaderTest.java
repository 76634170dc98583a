package io.polaroid.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.app.ClusterSettings;
import io.polaroid.topology.app.StateSettings;
import io.polaroid.topology.frame.FrameSettings;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineLoaderTest {
    private static final Path DEMO = Path.of("..", "demo", "pipeline.yaml");

    @TempDir
    Path folder;

    @Test
    void readsTheDemo() {
        // When
        PipelineFile file =
                right(PipelineLoader.load(DEMO, Map.of("POLAROID_REPLAY_PORT", "7001", "POLAROID_DATA", "/d")));

        // Then
        Pipeline pipeline = file.pipeline();
        assertThat(pipeline.application()).isEqualTo("market");
        assertThat(pipeline.guarantee()).isEqualTo(Pipeline.Guarantee.EXACTLY_ONCE_V2);
        assertThat(pipeline.threads()).isEqualTo(2);
        assertThat(pipeline.streams().sequencedKeySet()).containsExactly("trades", "quotes");
        assertThat(pipeline.streams().get("trades").id()).hasValue("trade_id");
        assertThat(pipeline.streams().get("trades").checks()).containsExactly("price > 0", "size >= 0");
        assertThat(pipeline.streams().get("trades").partitions()).isEqualTo(4);
        assertThat(pipeline.views().sequencedKeySet()).containsExactly("bars_1s", "bars_1m", "vwap_60s", "enriched");
        assertThat(file.bootstrap()).isEmpty();
        assertThat(file.registry()).isEmpty();
        assertThat(file.sources()).hasSize(2);
        assertThat(file.sources().getFirst().url())
                .isEqualTo(URI.create("ws://127.0.0.1:7001/binance_usdm_btcusdt_20240808"));
        assertThat(file.sources().getFirst().subscribe())
                .containsExactly("{\"op\":\"subscribe\",\"from\":${position}}");
        assertThat(file.sources().getLast().rows()).hasSize(2);
        assertThat(file.sinks().getFirst().path()).isEqualTo(Path.of("/d/lake"));
        assertThat(file.sinks().getFirst().rollRows()).isEqualTo(5_000_000);
    }

    @Test
    void readsHowInstancesRun() {
        PipelineFile file = right(parse("""
            application: a
            streams: {trades: {schema: Trade, key: symbol, time: ts}}
            standbys: 2
            protocol: streams
            state: {memory: 2GiB, disk: 64GiB, every: 1m, rows: 1_000}
            frames: {rows: 512}
            """));
        assertThat(file.engine().cluster()).isEqualTo(new ClusterSettings(2, ClusterSettings.Protocol.STREAMS));
        assertThat(file.engine().state())
                .isEqualTo(new StateSettings(2L << 30, OptionalLong.of(64L << 30), Duration.ofMinutes(1), 1_000));
        assertThat(file.engine().frames()).isEqualTo(FrameSettings.ofRows(512));

        var usual = right(parse("""
            application: a
            streams: {trades: {schema: Trade, key: symbol, time: ts}}
            """));
        assertThat(usual.engine())
                .isEqualTo(
                        new EngineSpec(ClusterSettings.standard(), StateSettings.standard(), FrameSettings.standard()));
    }

    @Test
    void expandsOhlcvAndFillsInDefaults() {
        // When
        PipelineFile file = right(parse("""
            application: a
            streams: {trades: {schema: Trade, key: symbol, time: ts}}
            views:
              bars:
                from: trades
                resample: {every: 90s, ohlcv: {price: price, size: size}, agg: {n: "count(price)"}, grace: 1h}
                emit: close
                late: drop
                retention: 2d
            """));

        // Then
        var bars = (ViewSpec.Resample) file.pipeline().views().get("bars");
        assertThat(bars.every()).isEqualTo(Duration.ofSeconds(90));
        assertThat(bars.aggregates().sequencedKeySet())
                .containsExactly("open", "high", "low", "close", "volume", "count", "vwap", "n");
        assertThat(bars.aggregates().get("vwap")).isEqualTo("sum(price*size)/sum(size)");
        assertThat(bars.policy())
                .isEqualTo(new ViewSpec.Policy(
                        Duration.ZERO,
                        Duration.ofHours(1),
                        Duration.ofDays(2),
                        ViewSpec.Emit.CLOSE,
                        ViewSpec.Late.DROP));
        assertThat(file.pipeline().streams().get("trades").retention()).isEqualTo(Duration.ofHours(1));
        assertThat(file.pipeline().guarantee()).isEqualTo(Pipeline.Guarantee.EXACTLY_ONCE_V2);
    }

    @Test
    void seriesMayBeBehindByWhatRetentionLeaves() throws Exception {
        // When
        var file = right(parse("""
            application: a
            streams:
              trades: {schema: Trade, key: symbol, time: ts}
              quotes: {schema: Quote, key: symbol, time: ts}
            views:
              bars:
                from: trades
                resample: {every: 1m, agg: {n: "count(price)"}, disorder: 2s, lateness: series}
              lagged:
                from: trades
                lag: {columns: {last: price}, lateness: series}
              matched:
                from: trades
                asof: {with: quotes, tolerance: 10m, grace: 1m, lateness: series}
              picked:
                from: trades
                filter: {where: "price > 0", grace: 1m, lateness: series}
            """));

        // Then
        var views = file.pipeline().views();
        assertThat(behind(views.get("bars"))).contains(Duration.ofSeconds(3600 - 60 - 2));
        assertThat(behind(views.get("lagged")))
                .as("half is for looking back, by default")
                .contains(Duration.ofMinutes(30));
        assertThat(behind(views.get("matched")))
                .as("inputs may be apart by the other half")
                .contains(Duration.ofMinutes(25));
        assertThat(behind(views.get("picked"))).contains(Duration.ofHours(1));
    }

    private static Optional<Duration> behind(ViewSpec view) {
        return view.policy().lateness() instanceof ViewSpec.Lateness.OfSeries(Duration behind)
                ? Optional.of(behind)
                : Optional.empty();
    }

    @Test
    void readsASchemaFileBesideThePipeline() throws Exception {
        // Given
        Files.createDirectories(folder.resolve("schemas"));
        Files.writeString(folder.resolve("schemas/Reading.avsc"), """
            {"type": "record", "name": "Reading", "fields": [
              {"name": "device", "type": "string"},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-nanos"}},
              {"name": "celsius", "type": "double"}]}
            """);

        // When
        PipelineFile file = right(parse("""
            application: a
            kafka: {bootstrap: "one:9092,two:9092"}
            registry: {url: http://localhost:8081}
            streams: {readings: {schema: schemas/Reading.avsc, key: [device], time: at, partitions: 8}}
            """));

        // Then
        assertThat(file.pipeline().streams().get("readings").schema().getName()).isEqualTo("Reading");
        assertThat(file.pipeline().streams().get("readings").partitions()).isEqualTo(8);
        assertThat(file.bootstrap()).hasValue("one:9092,two:9092");
        assertThat(file.registry()).hasValue(URI.create("http://localhost:8081"));
    }

    @Test
    void readsViewsOnViewsInAnyOrder() {
        // When
        PipelineFile file = right(parse("""
            application: a
            streams: {trades: {schema: Trade, key: symbol, time: ts}}
            views:
              bars_1h: {from: bars_1m, resample: {every: 1h, ohlcv: bars}, retention: 7d}
              bars_1m: {from: trades, resample: {every: 1m, ohlcv: {price: price, size: size}, status: true}, retention: 2h}
              high: {from: bars_1h, rolling: {period: 24h, agg: {high: "max(high)"}}, retention: 7d}
              marked: {from: trades, asof: {with: bars_1m, tolerance: 10m}}
            """));

        // Then
        assertThat(file.pipeline().views().sequencedKeySet()).containsExactly("bars_1h", "bars_1m", "high", "marked");
        var hours = (ViewSpec.Resample) file.pipeline().views().get("bars_1h");
        assertThat(hours.aggregates().get("vwap")).isEqualTo("sum(vwap*volume)/sum(volume)");
        assertThat(hours.aggregates().get("count")).isEqualTo("sum(count)");
        assertThat(file.pipeline().root("high").name()).isEqualTo("trades");
    }

    @Test
    void saysWhereViewsGoInACircleOrKeepTooLittle() {
        // When
        Loaded loaded = PipelineLoader.parse("p.yaml", """
            application: a
            streams: {trades: {schema: Trade, key: symbol, time: ts}}
            views:
              a: {from: b, rolling: {period: 1m, agg: {n: "count()"}}}
              b: {from: c, rolling: {period: 1m, agg: {n: "count()"}}}
              c: {from: a, rolling: {period: 1m, agg: {n: "count()"}}}
              m: {from: trades, resample: {every: 1m, ohlcv: {price: price, size: size}}, retention: 30m}
              h: {from: m, resample: {every: 1h, ohlcv: bars}}
            """, folder, Map.of());

        // Then
        assertThat(((Loaded.Wrong) loaded).text()).isEqualTo("""
            p.yaml:6: views.c.from: views read each other in a circle: a, b, c, a
            p.yaml:8: views.h.resample: view m keeps rows for 30m, but this view needs every 1h + disorder 0 + grace 0 = 1h; raise views.m.retention or lower grace\
            """);
    }

    @Test
    void readsWhatFillsBarsAndWhenFeedsAreIdle() {
        // When
        PipelineFile file = right(parse("""
            application: a
            streams:
              trades: {schema: Trade, key: symbol, time: ts, idle: 2s}
              quotes: {schema: Quote, key: symbol, time: ts}
            views:
              flat: {from: trades, resample: {every: 1m, ohlcv: {price: price, size: size}, fill: previous, max_gap: 5m}}
              each: {from: trades, resample: {every: 1m, agg: {a: "last(price)", b: "last(size)", c: "max(price)"}, fill: {a: linear, b: 0}, status: true}}
              nulls: {from: trades, resample: {every: 1m, agg: {a: "last(price)"}, fill: null}}
            sources:
              f:
                websocket:
                  url: ws://x
                  idle: 9s
                  rows:
                    - {into: trades, fields: {symbol: /s, ts: /t, price: /p, size: /q}}
                    - {into: quotes, fields: {symbol: /s, ts: /t, bid: /b, bid_size: /B, ask: /a, ask_size: /A}}
            """));

        // Then
        var flat = ((ViewSpec.Resample) file.pipeline().views().get("flat")).gaps();
        assertThat(flat.fill()).contains(new ViewSpec.Fill.Previous(java.util.Optional.empty()));
        assertThat(flat.columns().get("open")).isEqualTo(new ViewSpec.Fill.Previous(java.util.Optional.of("close")));
        assertThat(flat.columns().get("vwap")).isEqualTo(new ViewSpec.Fill.Nothing());
        assertThat(flat.maxGap()).isEqualTo(Duration.ofMinutes(5));
        assertThat(flat.status()).isFalse();
        var each = ((ViewSpec.Resample) file.pipeline().views().get("each")).gaps();
        assertThat(each.columns())
                .isEqualTo(Map.of("a", new ViewSpec.Fill.Linear(), "b", new ViewSpec.Fill.Constant(0)));
        assertThat(each.status()).isTrue();
        assertThat(each.maxGap()).isEqualTo(Duration.ofMinutes(24 * 60 - 1));
        assertThat(((ViewSpec.Resample) file.pipeline().views().get("nulls"))
                        .gaps()
                        .isFilled())
                .isTrue();
        assertThat(file.sources().getFirst().idle())
                .isEqualTo(Map.of("trades", Duration.ofSeconds(2), "quotes", Duration.ofSeconds(9)));
    }

    @Test
    void reportsFiveMistakesInFiveLines() {
        // When
        Loaded loaded = PipelineLoader.parse("market.yaml", """
            application: market
            guarantee: exactly_once
            streams:
              trades: {schema: Trade, key: [symbl], time: ts}
            views:
              bars:
                from: trade
                resample: {every: 1min, agg: {hi: "max(price)"}}
              vwap:
                from: trades
                rolling: {period: 60s, agg: {v: "sum(price*size)/sum(size)"}, gracee: 1m}
            """, folder, Map.of());

        // Then
        assertThat(((Loaded.Wrong) loaded).text()).isEqualTo("""
            market.yaml:2: guarantee: expected exactly_once_v2 or at_least_once, found the value "exactly_once"; did you mean "exactly_once_v2"?
            market.yaml:4: streams.trades.key[0]: stream trades has no column "symbl"; did you mean "symbol"?
            market.yaml:7: views.bars.from: no stream or view "trade"; did you mean "trades"?
            market.yaml:8: views.bars.resample.every: expected a duration such as 250ms, 90s, 5m or 1h, found the value "1min"
            market.yaml:11: views.vwap.rolling.gracee: unknown key "gracee"; did you mean "grace"?\
            """);
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        assertThat(wrong(PipelineLoader.load(folder.resolve("none.yaml"), Map.of())))
                .singleElement()
                .asString()
                .contains("none.yaml:1: there is no such file");
    }

    private Loaded parse(String text) {
        return PipelineLoader.parse("p.yaml", text, folder, Map.of());
    }

    private static PipelineFile right(Loaded loaded) {
        return loaded.toResult().orThrow();
    }

    private static List<Mistake> wrong(Loaded loaded) {
        return ((Loaded.Wrong) loaded).mistakes();
    }
}
