package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.row.FeedHealth;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Fill;
import io.polaroid.topology.pipeline.ViewSpec.Gaps;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import io.polaroid.topology.view.BatchBars;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of windows that overlap an outage, grace counts from the record that ends it: rows that are brought later mend them. */
class GapGraceTest {
    private static final long SECOND = 1_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long BASE = ViewOracle.start(1_723_161_256_000_000L, 86_400 * SECOND);
    private static final Duration WHOLE = Duration.ofHours(24);
    private static final List<String> VIEWS = List.of("filled", "plain", "medians");

    @TempDir
    Path folder;

    private int runs;
    private Duration retention = WHOLE;

    private Pipeline pipeline(Duration grace) {
        var policy = new ViewSpec.Policy(Duration.ZERO, grace, retention, ViewSpec.Emit.COMMIT, ViewSpec.Late.CORRECT);
        var gaps = new Gaps(
                Optional.of(new Fill.Previous(Optional.empty())), new LinkedHashMap<>(), Duration.ofHours(1), true);
        var last = new LinkedHashMap<>(Map.of("last", "last(price)"));
        var median = new LinkedHashMap<>(Map.of("median", "median(price)"));
        var market = Market.pipeline(Duration.ZERO, Duration.ZERO);
        return Pipeline.of(
                "market",
                market.guarantee(),
                1,
                List.copyOf(market.streams().values()),
                List.of(
                        new ViewSpec.Resample("filled", "trades", Duration.ofMinutes(1), last, gaps, policy),
                        new ViewSpec.Resample("plain", "trades", Duration.ofMinutes(1), last, policy),
                        new ViewSpec.Resample("medians", "trades", Duration.ofMinutes(1), median, policy)));
    }

    /** What a run comes to: of A, the newest cells and status by minute, and how many rows were late, by view. */
    private record Outcome(Map<String, TreeMap<Long, String>> bars, Map<String, Integer> late, List<String> all) {
        String filled(long minute) {
            return bars.get("filled").get(minute);
        }
    }

    private Outcome play(Duration grace, Consumer<Stage> records) {
        var outcome = play(grace, records, 1, false);
        for (int frame : new int[] {2, 3, 100}) {
            assertThat(play(grace, records, frame, true).all())
                    .as("frames of %d rows, begun anew at each commit", frame)
                    .isEqualTo(outcome.all());
        }
        return outcome;
    }

    private Outcome play(Duration grace, Consumer<Stage> records, int frame, boolean restarts) {
        try (var allocator = new RootAllocator();
                var stage = new Stage(
                        pipeline(grace), folder.resolve("run" + runs++), allocator, () -> frame, () -> restarts)) {
            records.accept(stage);
            var outcome = new Outcome(
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new ArrayList<>(List.of(stage.counts().toString())));
            for (String view : VIEWS) {
                var bars = new TreeMap<Long, String>();
                ViewsOnViewsTest.newest(stage, view, GapGraceTest::text).forEach((key, cells) -> {
                    if (key.getFirst().equals("A")) {
                        bars.put(((long) key.get(1) - BASE) / MINUTE, (String) cells);
                    }
                });
                outcome.bars().put(view, bars);
                outcome.late().put(view, stage.late(view).size());
                stage.published(view).stream()
                        .filter(record -> record.kind() == ViewOracle.Kind.ROW)
                        .forEach(record -> outcome.all().add(record.series() + record.row()));
                stage.late(view).forEach(row -> outcome.all().add(row.toString()));
                if (retention.equals(WHOLE)) {
                    // Else some is on its way out, which goes by the frame.
                    outcome.all().addAll(stage.state(view));
                }
            }
            return outcome;
        }
    }

    /** The aggregate, the status if there is one, and the revision. */
    private static String text(Row row) {
        var cells = new ArrayList<String>();
        for (int i = 2; i < ((ArrayRow) row).cells().length - 2; i++) {
            cells.add(String.valueOf(row.valueAt(i)));
        }
        return String.join(" ", cells);
    }

    private static void trade(Stage stage, String symbol, long seconds, double price) {
        stage.trade(symbol, BASE + seconds * SECOND, price, 1);
    }

    private static void tell(Stage stage, Kind kind, long from, long to, String series) {
        var control = new ControlRecord(
                "x/0", kind, (BASE + from * SECOND) * 1_000, (BASE + to * SECOND) * 1_000, List.of(series));
        stage.control("trades", control);
    }

    /** A and B until the first seconds, and then B alone until a minute. */
    private static void untilMinute(Stage stage, int minute) {
        trade(stage, "A", 1, 10);
        trade(stage, "B", 2, 10);
        for (int at = 1; at <= minute; at++) {
            trade(stage, "B", at * 60L, 10);
        }
    }

    private static void bring(Stage stage) {
        trade(stage, "A", 20, 11);
        trade(stage, "A", 70, 12);
        trade(stage, "A", 150, 13);
    }

    @Test
    void rowsThatAreBroughtLongAfterGraceMendTheBarsOfAGap() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            untilMinute(stage, 10);
            tell(stage, Kind.GAP, 10, 180, "A");
            trade(stage, "B", 630, 10);
            bring(stage);
        });
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 0, "plain", 0, "medians", 0));
        // Revision 1 says that rows are missing, the next ones what there is.
        assertThat(outcome.filled(0)).isEqualTo("11.0 OK 2");
        assertThat(outcome.filled(1)).startsWith("12.0 OK");
        assertThat(outcome.filled(2)).startsWith("13.0 OK");
        assertThat(outcome.filled(3)).startsWith("13.0 NO_TRADES");
        assertThat(outcome.bars().get("plain")).isEqualTo(Map.of(0L, "11.0 1", 1L, "12.0 0", 2L, "13.0 0"));
        assertThat(outcome.bars().get("medians")).isEqualTo(Map.of(0L, "10.5 1", 1L, "12.0 0", 2L, "13.0 0"));
    }

    @Test
    void withoutTheGapTheSameRowsAreLate() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            untilMinute(stage, 10);
            trade(stage, "B", 630, 10);
            bring(stage);
        });
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 3, "plain", 3, "medians", 3));
        assertThat(outcome.filled(0)).isEqualTo("10.0 OK 0");
        assertThat(outcome.filled(1)).isEqualTo("10.0 NO_TRADES 0");
    }

    @Test
    void aViewWithoutGraceCorrectsNothing() {
        var outcome = play(Duration.ZERO, stage -> {
            untilMinute(stage, 10);
            tell(stage, Kind.GAP, 10, 180, "A");
            bring(stage);
        });
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 3, "plain", 3, "medians", 3));
    }

    @Test
    void onlyWindowsOfTheSeriesThatOverlapTheGapWait() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            untilMinute(stage, 10);
            tell(stage, Kind.GAP, 10, 180, "A");
            trade(stage, "B", 100, 1);
            trade(stage, "A", 181, 2);
            trade(stage, "A", 1, 3);
        });
        // The row at one second lies in a window that overlaps the gap, though not in it.
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 2, "plain", 2, "medians", 2));
        assertThat(outcome.filled(0)).startsWith("3.0 PARTIAL");
        assertThat(outcome.filled(1)).startsWith("null FEED_DOWN");
    }

    @Test
    void aGapOfAllSeriesIsOneOfEach() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            untilMinute(stage, 10);
            tell(stage, Kind.GAP, 10, 180, "*");
            trade(stage, "B", 100, 1);
            bring(stage);
        });
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 0, "plain", 0, "medians", 0));
    }

    @Test
    void graceOfAGapEndsToo() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            untilMinute(stage, 10);
            tell(stage, Kind.GAP, 10, 180, "A");
            trade(stage, "B", 659, 10);
            trade(stage, "A", 20, 11);
            trade(stage, "B", 660, 10);
            trade(stage, "A", 70, 12);
        });
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 1, "plain", 1, "medians", 1));
        assertThat(outcome.filled(0)).startsWith("11.0 OK");
        assertThat(outcome.filled(1)).startsWith("null FEED_DOWN");
    }

    @Test
    void whileAFeedIsDownGraceDoesNotEnd() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            trade(stage, "A", 1, 10);
            tell(stage, Kind.DOWN, 10, 10, "A");
            untilMinute(stage, 30);
            trade(stage, "A", 20, 11);
            tell(stage, Kind.UP, 180, 180, "A");
            trade(stage, "B", 31 * 60 - 1, 10);
            trade(stage, "A", 70, 12);
            trade(stage, "B", 31 * 60, 10);
            trade(stage, "A", 150, 13);
        });
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 1, "plain", 1, "medians", 1));
        assertThat(outcome.filled(0))
                .as("what came before the end mends nothing")
                .startsWith("11.0 PARTIAL");
        assertThat(outcome.filled(1)).startsWith("12.0 OK");
        assertThat(outcome.filled(2)).startsWith("null FEED_DOWN");
        assertThat(outcome.filled(4)).startsWith("12.0 NO_TRADES");
    }

    @Test
    void aFeedThatGoesOnWhereItWasBringsAllThatItHas() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            trade(stage, "A", 1, 10);
            tell(stage, Kind.DOWN, 1, 1, "A");
            untilMinute(stage, 30);
            tell(stage, Kind.UP, 1, 1, "A");
            for (int minute = 1; minute < 30; minute++) {
                trade(stage, "A", minute * 60L, minute);
            }
        });
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 0, "plain", 0, "medians", 0));
        assertThat(outcome.bars().get("filled"))
                .hasSize(30)
                .allSatisfy((minute, bar) -> assertThat(bar).contains("OK"));
    }

    @Test
    void eachOfTwoGapsWaitsForItsOwnRows() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            untilMinute(stage, 5);
            tell(stage, Kind.GAP, 10, 90, "A");
            trade(stage, "A", 20, 11);
            trade(stage, "A", 70, 12);
            for (int minute = 6; minute <= 10; minute++) {
                trade(stage, "B", minute * 60L, 10);
            }
            tell(stage, Kind.GAP, 80, 180, "A");
            trade(stage, "A", 30, 1);
            trade(stage, "A", 150, 13);
        });
        assertThat(outcome.late()).as("the first gap was over long before").containsEntry("filled", 1);
        assertThat(outcome.filled(0)).startsWith("11.0 OK");
        assertThat(outcome.filled(1)).startsWith("12.0 PARTIAL");
        assertThat(outcome.filled(2)).startsWith("13.0 OK");
    }

    @Test
    void barsThatEmptyOnesFollowFromAreKeptForAsLongAsTheseMayChange() {
        retention = Duration.ofMinutes(62);
        var outcome = play(Duration.ofMinutes(1), stage -> {
            untilMinute(stage, 100);
            // When the bar of the first row would long have expired
            tell(stage, Kind.GAP, 50 * 60, 55 * 60, "A");
            trade(stage, "A", 52 * 60, 11);
        });
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 0, "plain", 0, "medians", 0));
        assertThat(outcome.filled(49)).isEqualTo("10.0 NO_TRADES 0");
        assertThat(outcome.filled(51)).isEqualTo("null FEED_DOWN 1");
        assertThat(outcome.filled(52)).startsWith("11.0 OK");
        assertThat(outcome.filled(55)).startsWith("11.0 NO_TRADES");
    }

    private static ControlRecord gap(long from, long to) {
        return new ControlRecord(
                "x/0", Kind.GAP, (BASE + from * SECOND) * 1_000, (BASE + to * SECOND) * 1_000, List.of("A"));
    }

    private static long nanos(long seconds) {
        return (BASE + seconds * SECOND) * 1_000;
    }

    @Test
    void aBackfillKnowsUpToWhereNothingChangesAnyMore() {
        var view = (ViewSpec.Resample) pipeline(Duration.ofMinutes(1)).views().get("plain");
        var feeds = new FeedHealth(Duration.ofHours(1).toNanos());
        feeds.apply(gap(70, 180), 5, nanos(600));
        assertThat(BatchBars.finalTo(view, nanos(659), feeds)).isEqualTo(nanos(70));
        assertThat(BatchBars.finalTo(view, nanos(660), feeds)).isEqualTo(nanos(600));
        feeds.apply(new ControlRecord("x/0", Kind.DOWN, nanos(600), nanos(600), "A"), 6, nanos(660));
        assertThat(BatchBars.finalTo(view, nanos(3_000), feeds)).isEqualTo(nanos(600));
        assertThat(BatchBars.finalTo(view, nanos(7_200), feeds)).as("an hour").isEqualTo(nanos(3_600));
        var none = (ViewSpec.Resample) pipeline(Duration.ZERO).views().get("plain");
        assertThat(BatchBars.finalTo(none, nanos(3_000), feeds)).isEqualTo(nanos(3_000));
    }

    /** A row that was never in the topic, at these seconds. */
    private record Elsewhere(long seconds) implements SeriesRows {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public long timeNanos(int index) {
            return nanos(seconds);
        }

        @Override
        public long offset(int index) {
            return -1;
        }

        @Override
        public Row row(int index) {
            return ArrayRow.of("A", BASE + seconds * SECOND, 7.0, 1.0, null);
        }

        @Override
        public long progressBefore(int index) {
            return Long.MAX_VALUE;
        }
    }

    @Test
    void rowsFromElsewhereMendTheBarsOfABackfill() {
        var pipeline = pipeline(Duration.ofMinutes(1));
        var view = (ViewSpec.Resample) pipeline.views().get("filled");
        try (var allocator = new RootAllocator()) {
            var columns = PipelineTopology.of(pipeline, new InMemorySchemaRegistry(), allocator, new Running())
                    .orThrow()
                    .columns()
                    .get("trades");
            var plan = AggregatePlan.of(view.aggregates(), columns.schema()).orThrow();
            var bars = new BatchBars(view, plan, columns, Duration.ofHours(1).toNanos());
            bars.tell(gap(10, 180), 5, nanos(600));
            var statuses = new TreeMap<Long, Object>();
            bars.of("A", new Elsewhere(70), nanos(300))
                    .forEach((start, cells) -> statuses.put((start / 1_000 - BASE) / MINUTE, cells.get(1)));
            assertThat(statuses).isEqualTo(Map.of(1L, "OK", 2L, "FEED_DOWN", 3L, "NO_TRADES", 4L, "NO_TRADES"));
        }
    }

    @Test
    void noWindowWaitsForLongerThanRowsAreKept() {
        var outcome = play(Duration.ofMinutes(1), stage -> {
            trade(stage, "A", 1, 10);
            tell(stage, Kind.DOWN, 10, 10, "A");
            untilMinute(stage, 61);
            trade(stage, "A", 20, 11);
            trade(stage, "A", 70, 12);
            trade(stage, "B", 61 * 60 + 1, 10);
            trade(stage, "A", 80, 12);
            trade(stage, "A", 150, 13);
        });
        // Rows of trades are kept for an hour: the window of the first minute went with them, then the second.
        assertThat(outcome.late()).isEqualTo(Map.of("filled", 2, "plain", 2, "medians", 2));
        assertThat(outcome.bars().get("plain").keySet()).containsExactly(0L, 1L, 2L);
    }
}
