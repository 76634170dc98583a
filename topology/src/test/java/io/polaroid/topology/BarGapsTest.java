package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.ViewOracle.Record;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Emit;
import io.polaroid.topology.pipeline.ViewSpec.Fill;
import io.polaroid.topology.pipeline.ViewSpec.Gaps;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bars of quiet feeds and of feeds that were away: what fills them and what they say of it. */
class BarGapsTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;

    @TempDir
    Path folder;

    private static Pipeline pipeline(Gaps gaps, long disorderMillis, long graceMillis) {
        var policy = new ViewSpec.Policy(
                Duration.ofMillis(disorderMillis),
                Duration.ofMillis(graceMillis),
                Duration.ofHours(24),
                Emit.COMMIT,
                ViewSpec.Late.CORRECT);
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("close", "last(price)");
        aggregates.put("high", "max(price)");
        aggregates.put("volume", "sum(size)");
        aggregates.put("line", "last(price)");
        var market = Market.pipeline(Duration.ZERO, Duration.ZERO);
        return Pipeline.of(
                "market",
                market.guarantee(),
                1,
                List.copyOf(market.streams().values()),
                List.of(new ViewSpec.Resample("bars", "trades", Duration.ofSeconds(1), aggregates, gaps, policy)));
    }

    private static Gaps gaps(long maxGapSeconds) {
        var columns = new LinkedHashMap<String, Fill>();
        columns.put("high", new Fill.Previous(Optional.of("close")));
        columns.put("line", new Fill.Linear());
        return new Gaps(
                Optional.of(new Fill.Previous(Optional.empty())), columns, Duration.ofSeconds(maxGapSeconds), true);
    }

    @ParameterizedTest(name = "seed {0}: {1} + {2} ms, max gap {3} s")
    @CsvSource({"1,0,0,5", "2,500,3000,5", "3,0,4000,2", "4,1000,60000,100", "5,0,600000,1", "6,100,2000,0"})
    void filledBarsAreTheBatchAnswer(long seed, long disorder, long grace, long maxGap) {
        try (var allocator = new RootAllocator();
                var stage = new Stage(pipeline(gaps(maxGap), disorder, grace), folder, allocator)) {
            var feed = new ViewsOnViewsTest.Feed(stage, new SplittableRandom(seed));
            feed.play(900);

            var oracle = new ViewOracle(disorder * 1_000, grace * 1_000);
            var topic = ViewOracle.topic(feed.trades);
            var expected = new TreeMap<String, List<Object>>();
            oracle.buckets(topic, SECOND)
                    .forEach((series, buckets) -> fill(expected, oracle, topic, series, buckets, maxGap * SECOND));
            var actual = new TreeMap<String, List<Object>>();
            ViewsOnViewsTest.newest(stage, "bars", BarGapsTest::cells)
                    .forEach((key, cells) -> actual.put(key.get(0) + "/" + key.get(1), List.copyOf((List<?>) cells)));
            assertThat(actual).isEqualTo(expected);
            assertThat(actual.values().stream().map(cells -> cells.get(4))).contains("OK", "PARTIAL");
            stage.counts();
        }
    }

    private static void fill(
            Map<String, List<Object>> expected,
            ViewOracle oracle,
            ViewOracle.Topic topic,
            String series,
            TreeMap<Long, List<Record>> buckets,
            long maxGap) {
        for (long start = buckets.firstKey(); oracle.closed(start + SECOND, topic.progress()); start += SECOND) {
            boolean missing = oracle.mayMiss(topic, series, start, start + SECOND);
            var rows = buckets.get(start);
            if (rows != null) {
                double last = rows.getLast().row().doubleAt(2);
                double high = rows.stream()
                        .mapToDouble(row -> row.row().doubleAt(2))
                        .max()
                        .orElseThrow();
                expected.put(
                        series + "/" + start,
                        List.of(
                                last,
                                high,
                                ViewOracle.sum(rows, row -> row.doubleAt(3)),
                                last,
                                missing ? "PARTIAL" : "OK"));
                continue;
            }
            long before = buckets.floorKey(start);
            if (start - before > maxGap) {
                continue;
            }
            double close = buckets.get(before).getLast().row().doubleAt(2);
            Long after = buckets.higherKey(start);
            // The line breaks where the series was silent for longer than max_gap.
            Object line = after == null || after - before > maxGap
                    ? "none"
                    : (Object) (close
                            + (buckets.get(after).getLast().row().doubleAt(2) - close)
                                    * ((double) (start - before) / (after - before)));
            expected.put(
                    series + "/" + start,
                    missing
                            ? List.of("none", "none", 0.0, "none", "FEED_DOWN")
                            : List.of(close, close, 0.0, line, "NO_TRADES"));
        }
    }

    private static List<Object> cells(Row row) {
        return Arrays.asList(cell(row, 2), cell(row, 3), cell(row, 4), cell(row, 5), cell(row, 6));
    }

    private static Object cell(Row row, int column) {
        return row.isNull(column) ? "none" : row.valueAt(column);
    }

    @Test
    void aQuietFeedHasFlatBarsAndAFeedThatIsAwayHasNone() {
        try (var allocator = new RootAllocator();
                var stage = new Stage(pipeline(gaps(100), 0, 0), folder, allocator)) {
            stage.control("trades", new ControlRecord("x/0", Kind.UP, 0, 0, "*"));
            stage.trade("A", BASE, 10, 1);
            beat(stage, BASE + 3 * SECOND);
            assertThat(statuses(stage)).containsExactly("OK", "NO_TRADES", "NO_TRADES");
            // When the feed goes, and another one moves time on
            stage.control(
                    "trades",
                    new ControlRecord("x/0", Kind.DOWN, (BASE + 3 * SECOND) * 1_000, (BASE + 3 * SECOND) * 1_000, "*"));
            stage.trade("B", BASE + 5 * SECOND, 10, 1);
            assertThat(statuses(stage)).containsExactly("OK", "NO_TRADES", "NO_TRADES", "FEED_DOWN", "FEED_DOWN");
        }
    }

    private static void beat(Stage stage, long micros) {
        stage.control("trades", new ControlRecord("x/0", Kind.HEARTBEAT, micros * 1_000, micros * 1_000, "*"));
    }

    /** Statuses of A's bars by time. */
    private static List<Object> statuses(Stage stage) {
        var statuses = new TreeMap<Long, Object>();
        ViewsOnViewsTest.newest(stage, "bars", row -> row.valueAt(6)).forEach((key, status) -> {
            if (key.getFirst().equals("A")) {
                statuses.put((Long) key.get(1), status);
            }
        });
        return List.copyOf(statuses.values());
    }

    @Test
    void withoutFillingStatusIsOfBarsWithRowsOnly() {
        var status = new Gaps(Optional.empty(), new LinkedHashMap<>(), Duration.ZERO, true);
        try (var allocator = new RootAllocator();
                var stage = new Stage(pipeline(status, 0, 10_000), folder, allocator)) {
            stage.trade("A", BASE, 10, 1);
            stage.trade("A", BASE + 5 * SECOND, 10, 1);
            // When a gap is told of within grace
            stage.control(
                    "trades", new ControlRecord("x/0", Kind.GAP, BASE * 1_000, (BASE + SECOND) * 1_000, List.of("A")));
            // Then the bar says so in its next revision
            assertThat(statuses(stage)).containsExactly("PARTIAL");
            assertThat(stage.columns("bars")).endsWith("status", "revision", "published_at", "published_offset");
        }
    }
}
