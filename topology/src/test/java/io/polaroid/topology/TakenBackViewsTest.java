package io.polaroid.topology;

import static io.polaroid.topology.ViewCase.map;
import static io.polaroid.topology.ViewCase.plain;
import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.Floors;
import io.polaroid.topology.ViewOracle.Record;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Views over results that later revisions take back: sessions, and what a filter lets through of bars. Each is what its definition says of
 * the newest revisions of the view below that were in time, however rows are cut into frames and wherever operators begin anew.
 */
class TakenBackViewsTest {
    private static final long SECOND = ViewCases.SECOND;
    private static final RowFunction.Select BUSY = new RowFunction.Select(Optional.of("n = 2 or n = 4"), map());

    @TempDir
    Path folder;

    /** A row of the view below that counts. */
    private record Seen(String series, long ts, Map<String, Object> cells) {}

    /**
     * A view and its definition.
     *
     * @param end exclusive end of the result of a row
     * @param closed exclusive end of a result, by its time
     * @param of the results of the rows of a series, by time
     */
    private record Case(
            ViewSpec view,
            boolean rowsMoveProgress,
            List<String> columns,
            LongUnaryOperator end,
            LongUnaryOperator closed,
            Function<List<Seen>, Map<Long, List<Object>>> of) {}

    private static Map<Long, List<Object>> each(List<Seen> rows, Function<Seen, List<Object>> cells) {
        var results = new HashMap<Long, List<Object>>();
        rows.forEach(row -> results.put(row.ts(), cells.apply(row)));
        return results;
    }

    private static Map<Long, List<Object>> buckets(
            List<Seen> rows, long every, Function<List<Seen>, List<Object>> cells) {
        return rows.stream()
                .collect(Collectors.groupingBy(row -> ViewOracle.start(row.ts(), every)))
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, bucket -> cells.apply(bucket.getValue())));
    }

    private static double sum(List<Seen> rows, String column) {
        return rows.stream()
                .mapToDouble(row -> (double) row.cells().get(column))
                .sum();
    }

    private static boolean isBusy(Seen row) {
        return row.cells().get("n") instanceof Long n && (n == 2 || n == 4);
    }

    private static List<Seen> busy(List<Seen> rows) {
        return rows.stream().filter(TakenBackViewsTest::isBusy).toList();
    }

    private static List<Object> numbers(Seen row) {
        return List.of(row.cells().get("n"), plain(row.cells().get("total")));
    }

    private static Map<Long, List<Object>> before(List<Seen> rows) {
        var results = new HashMap<Long, List<Object>>();
        Object last = "null";
        for (Seen row : rows) {
            results.put(row.ts(), List.of(last));
            last = plain(row.cells().get("total"));
        }
        return results;
    }

    private static List<Case> cases(ViewSpec.Policy policy) {
        var numbers = List.of("n", "total");
        var all = new ArrayList<Case>();
        LongUnaryOperator row = ts -> ts + 1;
        LongUnaryOperator bucket = ts -> ViewOracle.start(ts, 3 * SECOND) + 3 * SECOND;
        all.add(new Case(
                new ViewSpec.PerRow("busy", "bars", BUSY, policy),
                true,
                numbers,
                row,
                row,
                rows -> each(busy(rows), TakenBackViewsTest::numbers)));
        all.add(new Case(
                new ViewSpec.PerRow("busy_bursts", "bursts", BUSY, policy),
                false,
                numbers,
                row,
                row,
                rows -> each(busy(rows), TakenBackViewsTest::numbers)));
        all.add(new Case(
                new ViewSpec.Resample(
                        "of_busy", "busy", Duration.ofSeconds(3), map("n", "count(*)", "t", "sum(total)"), policy),
                true,
                List.of("n", "t"),
                bucket,
                bucket,
                rows -> buckets(rows, 3 * SECOND, of -> List.of((long) of.size(), plain(sum(of, "total"))))));
        all.add(new Case(
                new ViewSpec.Resample(
                        "of_bursts",
                        "bursts",
                        Duration.ofSeconds(3),
                        map("n", "count(*)", "t", "sum(total)", "mid", "quantile(n, 1.0)"),
                        policy),
                false,
                List.of("n", "t", "mid"),
                bucket,
                bucket,
                rows -> buckets(
                        rows,
                        3 * SECOND,
                        of -> List.of((long) of.size(), plain(sum(of, "total")), (double) of.stream()
                                .mapToLong(one -> (long) one.cells().get("n"))
                                .max()
                                .orElseThrow()))));
        all.add(new Case(
                new ViewSpec.PerRow(
                        "before",
                        "busy",
                        new RowFunction.Shift(RowFunction.Shift.Kind.LAG, 1, map("x", "total"), Duration.ofMinutes(30)),
                        policy),
                true,
                List.of("x"),
                row,
                row,
                TakenBackViewsTest::before));
        all.add(new Case(
                new ViewSpec.Rolling(
                        "last_bursts",
                        "bursts",
                        Duration.ofSeconds(4),
                        map("n", "count(*)", "t", "sum(total)"),
                        policy),
                false,
                List.of("n", "t"),
                row,
                row,
                rows -> each(rows, own -> {
                    var window = rows.stream()
                            .filter(one -> one.ts() > own.ts() - 4 * SECOND && one.ts() <= own.ts())
                            .toList();
                    return List.of((long) window.size(), plain(sum(window, "total")));
                })));
        return all;
    }

    private static Pipeline pipeline(ViewSpec.Policy policy, List<Case> cases) {
        var market = Market.pipeline(Duration.ZERO, Duration.ZERO);
        var numbers = map("n", "count(*)", "total", "sum(size)");
        var views = new ArrayList<ViewSpec>();
        views.add(new ViewSpec.Resample("bars", "trades", Duration.ofMillis(500), numbers, policy));
        views.add(new ViewSpec.Session("bursts", "trades", Duration.ofMillis(300), numbers, policy));
        cases.forEach(one -> views.add(one.view()));
        return Pipeline.of(
                "market", market.guarantee(), 1, List.copyOf(market.streams().values()), views);
    }

    private static void feed(Stage stage, long seed) {
        var random = new SplittableRandom(seed);
        long now = ViewCases.BASE;
        for (int i = 0; i < 300; i++) {
            now += random.nextInt(60) == 0 ? random.nextLong(6 * SECOND) : random.nextLong(200_000);
            long ts = now - (random.nextInt(4) == 0 ? random.nextLong(4 * SECOND) : 0);
            ts -= Math.floorMod(ts, 20_000);
            stage.trade(
                    List.of("A", "B", "C").get(random.nextInt(random.nextInt(3) == 0 ? 3 : 2)),
                    ts,
                    100 + random.nextInt(60) / 4.0,
                    random.nextInt(20) / 8.0 + 0.125);
        }
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms")
    @CsvSource({"1,0,0", "2,500,3000", "3,0,60000", "4,300,1500"})
    void whatTheyHoldIsWhatIsLeft(long seed, long disorder, long grace) {
        var policy = new ViewSpec.Policy(
                Duration.ofMillis(disorder),
                Duration.ofMillis(grace),
                Duration.ofHours(24),
                ViewSpec.Emit.COMMIT,
                ViewSpec.Late.CORRECT);
        var random = new SplittableRandom(~seed);
        play(seed, policy, "1", () -> 1, () -> false);
        play(seed, policy, "2", () -> 1 + random.nextInt(9), () -> random.nextInt(5) == 0);
        play(seed, policy, "3", () -> 1 + random.nextInt(150), random::nextBoolean);
    }

    /** A restore of rows may begin behind a floor only if no row before it lies above progress, as rows of sessions may. */
    @Test
    void rowsOfSessionsHaveNoFloors() {
        var policy = new ViewSpec.Policy(
                Duration.ZERO, Duration.ZERO, Duration.ofHours(1), ViewSpec.Emit.CLOSE, ViewSpec.Late.CORRECT);
        var asked = new HashSet<String>();
        try (var allocator = new RootAllocator()) {
            PipelineTopology.of(
                            pipeline(policy, cases(policy)),
                            new InMemorySchemaRegistry(),
                            allocator,
                            new Running(),
                            input -> {
                                asked.add(input);
                                return Floors.NONE;
                            })
                    .orThrow()
                    .build();
        }
        assertThat(asked).contains("trades", "bars").doesNotContain("bursts");
    }

    private void play(long seed, ViewSpec.Policy policy, String run, IntSupplier frames, BooleanSupplier restarts) {
        var cases = cases(policy);
        var pipeline = pipeline(policy, cases);
        int withdrawn = 0;
        try (var allocator = new RootAllocator();
                var stage = new Stage(pipeline, folder.resolve(run), allocator, frames, restarts)) {
            feed(stage, seed);
            stage.endFrames();
            for (Case one : cases) {
                var newest = newest(stage, one);
                withdrawn += newest.withdrawn();
                assertThat(newest.results()).as(one.view().name()).isEqualTo(expected(stage, one, policy));
                assertThat(newest.results()).as(one.view().name()).isNotEmpty();
            }
        }
        if (policy.grace().toMillis() > 1_000) {
            assertThat(withdrawn).as("results that were taken back").isPositive();
        }
    }

    private static Map<List<Object>, List<Object>> expected(Stage stage, Case one, ViewSpec.Policy policy) {
        String from = one.view().from();
        var columns = stage.columns(from);
        var oracle = new ViewOracle(
                policy.disorder().toNanos() / 1_000, policy.grace().toNanos() / 1_000);
        var topic = ViewOracle.topic(stage.published(from), one.rowsMoveProgress());
        int withdrawn = columns.indexOf("withdrawn");
        var bySeries = oracle.accepted(topic, one.end()).stream()
                .filter(record ->
                        withdrawn < 0 || !Boolean.TRUE.equals(record.row().valueAt(withdrawn)))
                .map(record -> seen(record, columns))
                .collect(Collectors.groupingBy(Seen::series));
        var expected = new HashMap<List<Object>, List<Object>>();
        bySeries.forEach((series, rows) -> one.of().apply(rows).forEach((ts, cells) -> {
            if (oracle.closed(one.closed().applyAsLong(ts), topic.progress())) {
                expected.put(List.of(series, ts), cells);
            }
        }));
        return expected;
    }

    private static Seen seen(Record record, List<String> columns) {
        var cells = new HashMap<String, Object>();
        for (int i = 0; i < columns.size(); i++) {
            cells.put(columns.get(i), record.row().valueAt(i));
        }
        return new Seen(record.series(), record.ts(), cells);
    }

    private record Newest(Map<List<Object>, List<Object>> results, int withdrawn) {}

    private static Newest newest(Stage stage, Case one) {
        String name = one.view().name();
        var columns = stage.columns(name);
        int revision = columns.indexOf("revision");
        int withdrawn = columns.indexOf("withdrawn");
        int times = 0;
        var newest = new HashMap<List<Object>, List<Object>>();
        var revisions = new HashMap<List<Object>, Long>();
        for (Record record : stage.published(name)) {
            if (record.kind() == ViewOracle.Kind.ROW) {
                List<Object> key = List.of(record.series(), record.ts());
                assertThat(record.row().longAt(revision))
                        .as("revision of %s %s", name, key)
                        .isEqualTo(revisions.merge(key, 0L, (old, zero) -> old + 1));
                if (Boolean.TRUE.equals(record.row().valueAt(withdrawn))) {
                    assertThat(newest.remove(key))
                            .as("what is taken back of %s", key)
                            .isNotNull();
                    times++;
                } else {
                    newest.put(
                            key,
                            one.columns().stream()
                                    .map(column -> plain(record.row().valueAt(columns.indexOf(column))))
                                    .toList());
                }
            }
        }
        return new Newest(newest, times);
    }
}
