package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.ViewOracle.Record;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Emit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules 1, 4 and 5 where views read views, with feeds that send heartbeats, go and come back. */
class ViewsOnViewsTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;

    @TempDir
    Path folder;

    private static ViewSpec.Policy policy(long disorderMillis, long graceMillis, Emit emit) {
        return new ViewSpec.Policy(
                Duration.ofMillis(disorderMillis),
                Duration.ofMillis(graceMillis),
                Duration.ofHours(24),
                emit,
                ViewSpec.Late.CORRECT);
    }

    private static SequencedMap<String, String> aggregates(String... pairs) {
        var aggregates = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            aggregates.put(pairs[i], pairs[i + 1]);
        }
        return aggregates;
    }

    private static SequencedMap<String, String> bars() {
        return aggregates(
                "open",
                "first(open)",
                "high",
                "max(high)",
                "low",
                "min(low)",
                "close",
                "last(close)",
                "volume",
                "sum(volume)",
                "count",
                "sum(count)");
    }

    private static Pipeline pipeline(ViewSpec.Policy inner, ViewSpec.Policy outer) {
        var market = Market.pipeline(Duration.ZERO, Duration.ZERO);
        return Pipeline.of(
                "market",
                market.guarantee(),
                1,
                List.copyOf(market.streams().values()),
                List.of(
                        // Before the views that it reads: the order in the file does not matter.
                        new ViewSpec.Resample("bars_15s", "bars_5s", Duration.ofSeconds(15), bars(), outer),
                        new ViewSpec.Resample("bars_5s", "bars_1s", Duration.ofSeconds(5), bars(), outer),
                        new ViewSpec.Resample("bars_1s", "trades", Duration.ofSeconds(1), Market.ohlcv(), inner),
                        new ViewSpec.Rolling(
                                "high_4s", "bars_1s", Duration.ofSeconds(4), aggregates("high", "max(high)"), outer),
                        new ViewSpec.Rolling(
                                "vwap_2s", "trades", Duration.ofSeconds(2), aggregates("n", "count(*)"), inner),
                        new ViewSpec.Rolling(
                                "most_3s", "vwap_2s", Duration.ofSeconds(3), aggregates("most", "max(n)"), outer),
                        new ViewSpec.AsOf(
                                "priced",
                                "bars_1s",
                                "vwap_2s",
                                Duration.ofSeconds(2),
                                ViewSpec.AsOf.Match.LEFT,
                                outer)));
    }

    @ParameterizedTest(name = "seed {0}: inner {1} + {2} ms, outer {3} + {4} ms")
    @CsvSource({
        "1,0,0,0,0",
        "2,500,3000,0,0",
        "3,0,4000,0,60000",
        "4,500,3000,1000,2000",
        "5,200,60000,0,600000",
        "6,0,2500,2000,1500",
        "7,3000,0,100,3000"
    })
    void newestRevisionsAreTheBatchAnswerOverNewestRevisions(long seed, long d, long g, long outerD, long outerG) {
        try (var allocator = new RootAllocator();
                var stage = new Stage(
                        pipeline(policy(d, g, Emit.COMMIT), policy(outerD, outerG, Emit.COMMIT)), folder, allocator)) {
            new Feed(stage, new SplittableRandom(seed)).play(600);

            var oracle = new ViewOracle(outerD * 1_000, outerG * 1_000);
            long late = 0;
            late += assertBars(stage, oracle, "bars_1s", "bars_5s", 5 * SECOND);
            late += assertBars(stage, oracle, "bars_5s", "bars_15s", 15 * SECOND);
            var ones = ViewOracle.topic(stage.published("bars_1s"));
            var rolled = ViewOracle.topic(stage.published("vwap_2s"));
            var highs = new HashMap<List<Object>, Object>();
            oracle.windows(ones, 4 * SECOND)
                    .forEach((key, rows) -> highs.put(
                            key,
                            rows.stream()
                                    .mapToDouble(row -> row.row().doubleAt(3))
                                    .max()
                                    .orElseThrow()));
            assertThat(newest(stage, "high_4s", row -> row.doubleAt(3))).isEqualTo(highs);
            var most = new HashMap<List<Object>, Object>();
            oracle.windows(rolled, 3 * SECOND)
                    .forEach((key, rows) -> most.put(
                            key,
                            rows.stream()
                                    .mapToLong(row -> row.row().longAt(4))
                                    .max()
                                    .orElseThrow()));
            assertThat(newest(stage, "most_3s", row -> row.longAt(3))).isEqualTo(most);
            var priced = new HashMap<List<Object>, Object>();
            oracle.matches(ones, rolled, 2 * SECOND)
                    .forEach((key, match) ->
                            priced.put(key, match == null ? "none" : match.row().longAt(4)));
            int n = stage.columns("priced").indexOf("n");
            assertThat(newest(stage, "priced", row -> row.isNull(n) ? "none" : row.longAt(n)))
                    .isEqualTo(priced);

            var counts = stage.counts();
            assertThat(counts.get("bars_5s/bars_1s").get("late")
                            + counts.get("bars_15s/bars_5s").get("late"))
                    .isEqualTo(late);
            assertThat(counts.get("bars_5s/bars_1s").get("provisional")).isPositive();
            assertThat(highs).isNotEmpty();
            assertThat(most).isNotEmpty();
        }
    }

    private static long assertBars(Stage stage, ViewOracle oracle, String from, String view, long every) {
        var topic = ViewOracle.topic(stage.published(from));
        var expected = new HashMap<List<Object>, Object>();
        oracle.buckets(topic, every)
                .forEach((series, buckets) ->
                        buckets.forEach((start, rows) -> expected.put(List.of(series, start, 0L), bar(rows))));
        assertThat(newest(stage, view, ViewsOnViewsTest::bar)).as(view).isEqualTo(expected);
        long late =
                oracle.lateRows(topic, ts -> ViewOracle.start(ts, every), ts -> ViewOracle.start(ts, every) + every);
        assertThat(stage.late(view)).as("%s.late", view).hasSize((int) late);
        return late;
    }

    private static List<Object> bar(List<Record> rows) {
        return List.of(
                rows.getFirst().row().doubleAt(2),
                rows.stream().mapToDouble(row -> row.row().doubleAt(3)).max().orElseThrow(),
                rows.stream().mapToDouble(row -> row.row().doubleAt(4)).min().orElseThrow(),
                rows.getLast().row().doubleAt(5),
                ViewOracle.sum(rows, row -> row.doubleAt(6)),
                rows.stream().mapToLong(row -> row.row().longAt(7)).sum());
    }

    private static Object bar(Row row) {
        return List.of(
                row.doubleAt(2), row.doubleAt(3), row.doubleAt(4), row.doubleAt(5), row.doubleAt(6), row.longAt(7));
    }

    /** Newest revision of each result, after checking that revisions count up from 0 without gaps. */
    static Map<List<Object>, Object> newest(Stage stage, String view, java.util.function.Function<Row, Object> cells) {
        int revision = stage.columns(view).indexOf("revision");
        var newest = new HashMap<List<Object>, Object>();
        var revisions = new HashMap<List<Object>, Long>();
        for (Record record : stage.published(view)) {
            if (record.kind() == ViewOracle.Kind.ROW) {
                List<Object> key = List.of(record.series(), record.ts(), record.sequence());
                assertThat(record.row().longAt(revision))
                        .as("revision of %s %s", view, key)
                        .isEqualTo(revisions.merge(key, 0L, (old, zero) -> old + 1));
                newest.put(key, cells.apply(record.row()));
            }
        }
        return newest;
    }

    @Test
    void whatAViewPublishesDoesNotDependOnWhatItShowsBefore() {
        var published = new ArrayList<List<String>>();
        for (Emit emit : List.of(Emit.COMMIT, Emit.CLOSE, Emit.FRAME)) {
            try (var allocator = new RootAllocator();
                    var stage =
                            new Stage(pipeline(policy(300, 4_000, emit), policy(0, 60_000, emit)), folder, allocator)) {
                new Feed(stage, new SplittableRandom(99)).play(500);
                var records = new ArrayList<String>();
                for (Record record : stage.published("bars_1s")) {
                    if (record.kind() != ViewOracle.Kind.SKIPPED) {
                        records.add(Objects.toString(record.control(), "") + record.series() + record.row());
                    }
                }
                newest(stage, "bars_15s", Row::toString).forEach((key, row) -> records.add(key.toString()));
                records.addAll(newest(stage, "bars_15s", ViewsOnViewsTest::bar)
                        .toString()
                        .lines()
                        .toList());
                published.add(records);
            }
        }
        assertThat(published.get(1)).isEqualTo(published.getFirst());
        assertThat(published.get(2)).isEqualTo(published.getFirst());
    }

    @Test
    void anHourClosesWithItsLastMinute() {
        var minutes = new ViewSpec.Resample(
                "bars_1m", "trades", Duration.ofMinutes(1), Market.ohlcv(), policy(0, 0, Emit.CLOSE));
        var hours = new ViewSpec.Resample("bars_1h", "bars_1m", Duration.ofHours(1), bars(), policy(0, 0, Emit.CLOSE));
        var market = Market.pipeline(Duration.ZERO, Duration.ZERO);
        var pipeline = Pipeline.of(
                "market", market.guarantee(), 1, List.copyOf(market.streams().values()), List.of(minutes, hours));
        try (var allocator = new RootAllocator();
                var stage = new Stage(pipeline, folder, allocator)) {
            long hour = ViewOracle.start(BASE, 3_600 * SECOND);
            for (int minute = 0; minute < 59; minute++) {
                stage.trade("A", hour + minute * 60 * SECOND, 10 + minute, 1);
            }
            // When the hour's last minute has no trade, and the feed says that time goes on
            stage.control("trades", heartbeat("x/0", hour + 3_599 * SECOND));
            assertThat(newest(stage, "bars_1h", ViewsOnViewsTest::bar)).isEmpty();
            stage.control("trades", heartbeat("x/0", hour + 3_600 * SECOND));
            // Then
            assertThat(newest(stage, "bars_1h", ViewsOnViewsTest::bar))
                    .isEqualTo(Map.of(List.of("A", hour, 0L), List.of(10.0, 68.0, 10.0, 68.0, 59.0, 59L)));
            assertThat(newest(stage, "bars_1m", ViewsOnViewsTest::bar)).hasSize(59);
            stage.counts();
        }
    }

    private static ControlRecord heartbeat(String source, long micros) {
        return new ControlRecord(source, Kind.HEARTBEAT, micros * 1_000, micros * 1_000, "*");
    }

    /** Trades of three symbols, out of order, with two sources that send heartbeats, go down, come up and have gaps. */
    static final class Feed {
        private final Stage stage;
        private final SplittableRandom random;
        final List<Record> trades = new ArrayList<>();
        private long now = BASE;

        Feed(Stage stage, SplittableRandom random) {
            this.stage = stage;
            this.random = random;
        }

        void play(int records) {
            for (int i = 0; i < records; i++) {
                now += random.nextInt(50) == 0 ? random.nextLong(8 * SECOND) : random.nextLong(60_000);
                if (random.nextInt(12) == 0) {
                    control();
                } else {
                    long ts = now - (random.nextInt(4) == 0 ? random.nextLong(6 * SECOND) : 0);
                    ts -= Math.floorMod(ts, 10_000);
                    trade(List.of("A", "B", "C").get(random.nextInt(random.nextInt(4) == 0 ? 3 : 2)), ts);
                }
            }
        }

        private void trade(String symbol, long ts) {
            double price = 100 + random.nextInt(50) / 4.0;
            double size = random.nextInt(20) / 10.0 + 0.1;
            long offset = stage.trade(symbol, ts, price, size);
            var row = io.polaroid.timeseries.row.ArrayRow.of(symbol, ts, price, size);
            trades.add(new Record(ViewOracle.Kind.ROW, symbol, ts, offset, row, offset, null));
        }

        private void control() {
            var kind = List.of(Kind.HEARTBEAT, Kind.HEARTBEAT, Kind.HEARTBEAT, Kind.DOWN, Kind.UP, Kind.GAP)
                    .get(random.nextInt(6));
            long from = (now - random.nextLong(2 * SECOND)) * 1_000;
            long to = kind == Kind.HEARTBEAT ? from : from + random.nextLong(2 * SECOND) * 1_000;
            List<String> series = kind == Kind.HEARTBEAT || random.nextBoolean()
                    ? ControlRecord.ALL
                    : List.of("A", "C").subList(0, random.nextInt(3));
            var control = new ControlRecord("feed/" + random.nextInt(2), kind, from, to, series);
            trades.add(ViewOracle.control(control, stage.control("trades", control)));
        }
    }
}
