package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import io.polaroid.timeseries.batch.Anchor;
import io.polaroid.timeseries.batch.AsofJoin;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.Decay;
import io.polaroid.timeseries.batch.Diff;
import io.polaroid.timeseries.batch.Ewm;
import io.polaroid.timeseries.batch.EwmBy;
import io.polaroid.timeseries.batch.FillForward;
import io.polaroid.timeseries.batch.Frame;
import io.polaroid.timeseries.batch.Label;
import io.polaroid.timeseries.batch.Lag;
import io.polaroid.timeseries.batch.Output;
import io.polaroid.timeseries.batch.PctChange;
import io.polaroid.timeseries.batch.Resample;
import io.polaroid.timeseries.batch.RollingRows;
import io.polaroid.timeseries.batch.RollingTime;
import io.polaroid.timeseries.batch.Sessions;
import io.polaroid.timeseries.batch.StartBy;
import io.polaroid.timeseries.batch.Target;
import io.polaroid.timeseries.batch.WindowJoin;
import io.polaroid.timeseries.batch.Windows;
import io.polaroid.timeseries.grid.Windowing;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.statistics.AdfTest;
import io.polaroid.timeseries.statistics.RollingAdf;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.window.Statistic;
import io.polaroid.topology.ViewOracle.Record;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
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
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules 3, 4 and 5 for every kind of view: what is published last is what the operator over tables says of the accepted rows. */
class AllViewsTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final Duration HOUR = Duration.ofMinutes(30);

    @TempDir
    Path folder;

    /** A view and what it must come to: per result key the cells of these columns. */
    private record Case(ViewSpec view, LongUnaryOperator end, LongUnaryOperator closes, Oracle oracle) {}

    @FunctionalInterface
    private interface Oracle {
        Map<List<Object>, List<Object>> of(
                TableOracle tables, List<Map<String, Object>> rows, List<Map<String, Object>> rights);
    }

    private ViewSpec.Policy policy = new ViewSpec.Policy(
            Duration.ZERO, Duration.ZERO, Duration.ofHours(24), ViewSpec.Emit.COMMIT, ViewSpec.Late.SIDE);
    private final List<Case> cases = new ArrayList<>();

    private static SequencedMap<String, String> map(String... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static final SequencedMap<String, String> AGGREGATES = map(
            "n",
            "count(*)",
            "total",
            "sum(size)",
            "mid",
            "median(price)",
            "q",
            "quantile(price, 0.9)",
            "kinds",
            "n_unique(price)",
            "opened",
            "first_value(trade_id)",
            "sd",
            "std(price)");

    private static final SequencedMap<String, String> RUNNING =
            map("n", "count(*)", "total", "sum(size)", "top", "max(price)", "last", "last(price)", "sd", "std(price)");

    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    private void resample(String name, Windowing windowing, SequencedMap<String, String> aggregates) {
        var grid = windowing.grid(1_000).orThrow();
        var batch = Resample.of("ts", windowing.every())
                .windows(new Windows(
                        windowing.every(), windowing.period(), windowing.offset(), windowing.closed(), StartBy.WINDOW))
                .label(windowing.label() == Windowing.Edge.LEFT ? Label.LEFT : Label.RIGHT)
                .anchor(new Anchor.InZone(windowing.zone()))
                .groupBy(List.of("symbol"))
                .aggregates(aggregates);
        LongUnaryOperator end = ts -> {
            long first = grid.firstEnd(ts * 1_000);
            return first == Long.MAX_VALUE ? Long.MAX_VALUE : first / 1_000;
        };
        cases.add(new Case(
                new ViewSpec.Resample(name, "trades", windowing, aggregates, ViewSpec.Gaps.NONE, policy),
                end,
                key -> grid.to(key * 1_000) / 1_000,
                (tables, rows, rights) -> {
                    // Windows before the one that a series' first row starts are there in streams only: a row long
                    // before all makes them.
                    var all = new ArrayList<Map<String, Object>>();
                    for (String symbol : List.of("A", "B", "C")) {
                        var early = new LinkedHashMap<String, Object>(Map.of(
                                "symbol", symbol, "ts", BASE - 600 * SECOND, "price", 1.0, "size", 0.0, "place", -1L));
                        all.add(early);
                    }
                    all.addAll(rows);
                    var results = new HashMap<List<Object>, List<Object>>();
                    for (var row : tables.apply(batch, all)) {
                        if ((long) row.get("ts") > BASE - 300 * SECOND) {
                            results.put(
                                    List.of(row.get("symbol"), row.get("ts"), 0L),
                                    aggregates.sequencedKeySet().stream().map(row::get).toList().stream()
                                            .map(AllViewsTest::plain)
                                            .toList());
                        }
                    }
                    return results;
                }));
    }

    private void perRow(String name, RowFunction function, BatchOperator batch, Map<String, String> columns) {
        perRow(name, function, columns, (tables, rows) -> tables.apply(batch, rows));
    }

    @FunctionalInterface
    private interface RowByRow {
        List<Map<String, Object>> of(TableOracle tables, List<Map<String, Object>> rows);
    }

    /** @param columns column of the view to column of the oracle */
    private void perRow(String name, RowFunction function, Map<String, String> columns, RowByRow oracle) {
        cases.add(new Case(
                new ViewSpec.PerRow(name, "trades", function, policy),
                ts -> ts + 1,
                ts -> ts + 1,
                (tables, rows, rights) -> byRow(rows, oracle.of(tables, rows), columns)));
        columnsOf.put(name, List.copyOf(new TreeMap<>(columns).keySet()));
    }

    private static Map<List<Object>, List<Object>> byRow(
            List<Map<String, Object>> rows, List<Map<String, Object>> results, Map<String, String> columns) {
        var all = new HashMap<List<Object>, List<Object>>();
        for (int i = 0; i < rows.size(); i++) {
            var result = results.get(i);
            var row = rows.get(i);
            all.put(
                    List.of(row.get("symbol"), row.get("ts"), row.get("place")),
                    new TreeMap<>(columns)
                            .values().stream()
                                    .map(result::get)
                                    .map(AllViewsTest::plain)
                                    .toList());
        }
        return all;
    }

    private void lookup(String name, Around around, long after, BatchOperator batch, Map<String, String> columns) {
        cases.add(new Case(
                new ViewSpec.Lookup(name, "trades", "quotes", around, policy),
                ts -> ts + 1 + after,
                ts -> ts + 1 + after,
                (tables, rows, rights) -> byRow(rows, tables.apply(batch, rows, rights), columns)));
        columnsOf.put(name, List.copyOf(new TreeMap<>(columns).keySet()));
    }

    private static AsofJoin asof(AsOf.Direction direction, boolean exact, AsofJoin.Tie tie) {
        var on = AsofJoin.on("ts", List.of("symbol"));
        return new AsofJoin(
                "ts",
                "ts",
                List.of("symbol"),
                List.of("symbol"),
                direction,
                io.polaroid.timeseries.batch.Tolerance.within(span("1s")),
                exact,
                "_right",
                true,
                false,
                AsofJoin.How.LEFT,
                tie,
                on.nullBy());
    }

    private static Around.Nearest nearest(
            AsOf.Direction direction, boolean exact, AsOf.Tie tie, ViewSpec.AsOf.Match match) {
        return new Around.Nearest(direction, Duration.ofSeconds(1), exact, tie, Around.Nearest.NullKeys.MATCH, match);
    }

    private void windows() {
        var utc = Windowing.every(Duration.ofSeconds(2));
        resample("plain", utc, RUNNING);
        resample("medians", utc, AGGREGATES);
        resample("hopping", windowing("2s", "5s", "0s", Closed.LEFT, Windowing.Edge.LEFT), AGGREGATES);
        resample("sliding", windowing("3s", "7s", "500ms", Closed.RIGHT, Windowing.Edge.RIGHT), RUNNING);
        resample("sparse", windowing("4s", "1s", "-1s", Closed.BOTH, Windowing.Edge.LEFT), RUNNING);
        resample("edges", windowing("2s", "2s", "0s", Closed.NONE, Windowing.Edge.RIGHT), AGGREGATES);
        resample("touching", windowing("2s", "2s", "1s", Closed.BOTH, Windowing.Edge.LEFT), RUNNING);
        cases.add(new Case(
                new ViewSpec.Session("sessions", "trades", Duration.ofMillis(400), RUNNING, policy),
                ts -> ts + 1,
                ts -> Long.MIN_VALUE,
                (tables, rows, rights) -> {
                    var batch = new Sessions("ts", span("400ms"), List.of("symbol"), RUNNING);
                    var results = new HashMap<List<Object>, List<Object>>();
                    for (var row : tables.apply(batch, rows)) {
                        var cells = new ArrayList<Object>(List.of(row.get("_upper_boundary")));
                        RUNNING.keySet().forEach(name -> cells.add(plain(row.get(name))));
                        results.put(List.of(row.get("symbol"), row.get("ts"), 0L), cells);
                    }
                    return results;
                }));
    }

    private static Windowing windowing(
            String every, String period, String offset, Closed closed, Windowing.Edge label) {
        return new Windowing(
                span(every),
                span(period),
                span(offset),
                closed,
                label,
                StartBy.WINDOW,
                ZoneId.of("UTC"),
                Optional.empty());
    }

    private void rows() {
        var id = Map.of("x", "x");
        perRow(
                "lagged",
                new RowFunction.Shift(RowFunction.Shift.Kind.LAG, 2, map("x", "trade_id"), HOUR),
                new Lag(2, new Lag.FillValue.Null(), List.of("symbol"), List.of(Target.of("trade_id", "x"))),
                id);
        perRow(
                "near_lag",
                new RowFunction.Shift(RowFunction.Shift.Kind.LAG, 1, map("x", "price"), Duration.ofMillis(700)),
                id,
                (tables, rows) -> {
                    var op = new Lag(
                            1,
                            new Lag.FillValue.Null(),
                            List.of("symbol"),
                            List.of(Target.of("price", "x"), Target.of("ts", "then")));
                    var results = tables.apply(op, rows);
                    results.forEach(row -> {
                        if (row.get("then") != null && (long) row.get("ts") - (long) row.get("then") > 700_000) {
                            row.put("x", null);
                        }
                    });
                    return results;
                });
        perRow(
                "moved",
                new RowFunction.Shift(RowFunction.Shift.Kind.DIFF, 1, map("x", "price", "y", "trade_id"), HOUR),
                new Diff(1, List.of("symbol"), List.of(Target.of("price", "x"), Target.of("trade_id", "y"))),
                Map.of("x", "x", "y", "y"));
        perRow(
                "returns",
                new RowFunction.Shift(RowFunction.Shift.Kind.PCT_CHANGE, 3, map("x", "price"), HOUR),
                new PctChange(3, List.of("symbol"), List.of(Target.of("price", "x"))),
                id);
        perRow(
                "filled",
                new RowFunction.FillForward(OptionalInt.of(2), map("x", "trade_id"), HOUR),
                new FillForward(2, List.of("symbol"), List.of(Target.of("trade_id", "x"))),
                id);
        var columns = new LinkedHashMap<String, RowFunction.Ewm.Of>();
        columns.put("x", new RowFunction.Ewm.Of(Ewm.Kind.MEAN, "price"));
        columns.put("y", new RowFunction.Ewm.Of(Ewm.Kind.STD, "price"));
        columns.put("z", new RowFunction.Ewm.Of(Ewm.Kind.MEAN, "trade_id"));
        var decay = new Decay.Span(4);
        perRow(
                "weighted",
                new RowFunction.Ewm(
                        Optional.of(decay), Optional.empty(), RowFunction.Ewm.Options.DEFAULT, columns, HOUR),
                Map.of("x", "x", "y", "y", "z", "z"),
                (tables, rows) -> {
                    var key = List.of("symbol");
                    var means = tables.apply(
                            Ewm.of(
                                    Ewm.Kind.MEAN,
                                    decay,
                                    key,
                                    List.of(Target.of("price", "x"), Target.of("trade_id", "z"))),
                            rows);
                    var stds = tables.apply(Ewm.of(Ewm.Kind.STD, decay, key, List.of(Target.of("price", "y"))), rows);
                    for (int i = 0; i < rows.size(); i++) {
                        means.get(i).put("y", stds.get(i).get("y"));
                    }
                    return means;
                });
        var mean = new LinkedHashMap<String, RowFunction.Ewm.Of>();
        mean.put("x", new RowFunction.Ewm.Of(Ewm.Kind.MEAN, "price"));
        perRow(
                "half_life",
                new RowFunction.Ewm(
                        Optional.empty(),
                        Optional.of(Duration.ofMillis(800)),
                        RowFunction.Ewm.Options.DEFAULT,
                        mean,
                        HOUR),
                new EwmBy("ts", span("800ms"), List.of("symbol"), List.of(Target.of("price", "x"))),
                id);
        perRow(
                "paused",
                new RowFunction.Ewm(
                        Optional.of(decay),
                        Optional.empty(),
                        RowFunction.Ewm.Options.DEFAULT,
                        mean,
                        Duration.ofMillis(600)),
                id,
                (tables, rows) -> {
                    var last = new HashMap<Object, Long>();
                    var segment = new HashMap<Object, Long>();
                    for (var row : rows) {
                        Long before = last.put(row.get("symbol"), (long) row.get("ts"));
                        boolean anew = before != null && (long) row.get("ts") - before > 600_000;
                        row.put("segment", segment.merge(row.get("symbol"), anew ? 1L : 0L, Long::sum));
                    }
                    return tables.apply(
                            Ewm.of(
                                    Ewm.Kind.MEAN,
                                    decay,
                                    List.of("symbol", "segment"),
                                    List.of(Target.of("price", "x"))),
                            rows);
                });
        perRow(
                "stationary",
                new RowFunction.Adf("price", 12, AdfTest.standard(), HOUR),
                new RollingAdf("price", 12, AdfTest.standard(), List.of("symbol")),
                Map.of("price_adf_statistic", "price_adf_statistic", "price_adf_p_value", "price_adf_p_value"));
    }

    private void rolling() {
        var outputs = List.of(
                Output.of("x", new Statistic.Mean(), "price"),
                Output.of("y", new Statistic.Std(1), "price"),
                Output.of("z", new Statistic.Median(), "price"),
                Output.of("w", new Statistic.Corr(), "price", "size"));
        var some = map("x", "mean(price)", "y", "std(price)", "z", "median(price)", "w", "corr(price, size)");
        var same = Map.of("x", "x", "y", "y", "z", "z", "w", "w");
        for (Closed closed : List.of(Closed.RIGHT, Closed.LEFT, Closed.BOTH)) {
            int size = closed == Closed.BOTH ? 4 : 5;
            perRow(
                    "last_rows_" + closed.name().toLowerCase(java.util.Locale.ROOT),
                    new RowFunction.RowWindow(size, closed, 4, some, HOUR),
                    same,
                    (tables, rows) -> {
                        var results = tables.apply(
                                new RollingRows(new Frame.Rows(5, 4, false), List.of("symbol"), outputs), rows);
                        // The rows before a row are those that end with the one before it.
                        return closed == Closed.LEFT ? shifted(rows, results) : results;
                    });
        }
        for (Closed closed : Closed.values()) {
            perRow(
                    "last_second_" + closed.name().toLowerCase(java.util.Locale.ROOT),
                    new RowFunction.TimeWindow(Duration.ofSeconds(1), closed, 1, AGGREGATES_OF_TIME),
                    Map.copyOf(identity(AGGREGATES_OF_TIME)),
                    (tables, rows) -> {
                        var op = new RollingTime(
                                "ts", span("1s"), span("-1s"), closed, List.of("symbol"), AGGREGATES_OF_TIME);
                        var byTime = new HashMap<List<Object>, Map<String, Object>>();
                        tables.apply(op, rows)
                                .forEach(row -> byTime.put(List.of(row.get("symbol"), row.get("ts")), row));
                        return rows.stream()
                                .map(row -> byTime.get(List.of(row.get("symbol"), row.get("ts"))))
                                .toList();
                    });
        }
    }

    private static final SequencedMap<String, String> AGGREGATES_OF_TIME = map(
            "n",
            "count(*)",
            "total",
            "sum(size)",
            "mid",
            "median(price)",
            "q",
            "quantile(price, 0.25, 'linear')",
            "sd",
            "std(price)");

    private static Map<String, String> identity(SequencedMap<String, String> names) {
        var same = new TreeMap<String, String>();
        names.keySet().forEach(name -> same.put(name, name));
        return same;
    }

    private static List<Map<String, Object>> shifted(
            List<Map<String, Object>> rows, List<Map<String, Object>> results) {
        var before = new HashMap<Object, Map<String, Object>>();
        var shifted = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < rows.size(); i++) {
            var last = before.put(rows.get(i).get("symbol"), results.get(i));
            shifted.add(last == null ? new HashMap<>() : last);
        }
        return shifted;
    }

    private void lookups() {
        long second = SECOND;
        var bid = Map.of("bid", "price_right");
        var left = ViewSpec.AsOf.Match.LEFT;
        lookup(
                "forward",
                nearest(AsOf.Direction.FORWARD, true, AsOf.Tie.LATER, left),
                second,
                asof(AsOf.Direction.FORWARD, true, AsofJoin.Tie.LATER),
                bid);
        lookup(
                "after",
                nearest(AsOf.Direction.FORWARD, false, AsOf.Tie.LATER, left),
                second,
                asof(AsOf.Direction.FORWARD, false, AsofJoin.Tie.LATER),
                bid);
        lookup(
                "nearest",
                nearest(AsOf.Direction.NEAREST, true, AsOf.Tie.LATER, left),
                second,
                asof(AsOf.Direction.NEAREST, true, AsofJoin.Tie.LATER),
                bid);
        lookup(
                "nearest_early",
                nearest(AsOf.Direction.NEAREST, true, AsOf.Tie.EARLIER, left),
                second,
                asof(AsOf.Direction.NEAREST, true, AsofJoin.Tie.EARLIER),
                bid);
        lookup(
                "before",
                nearest(AsOf.Direction.BACKWARD, false, AsOf.Tie.LATER, left),
                0,
                asof(AsOf.Direction.BACKWARD, false, AsofJoin.Tie.LATER),
                bid);
        columnsOf.put("inner", List.of("bid"));
        var inner = nearest(AsOf.Direction.NEAREST, true, AsOf.Tie.LATER, ViewSpec.AsOf.Match.INNER);
        cases.add(new Case(
                new ViewSpec.Lookup("inner", "trades", "quotes", inner, policy),
                ts -> ts + 1 + second,
                ts -> ts + 1 + second,
                (tables, rows, rights) -> {
                    var all = byRow(
                            rows,
                            tables.apply(asof(AsOf.Direction.NEAREST, true, AsofJoin.Tie.LATER), rows, rights),
                            bid);
                    all.values().removeIf(cells -> cells.contains("null"));
                    return all;
                }));
        var around = map("n", "count(*)", "top", "max(bid)", "mid", "median(bid)");
        var window = new Around.Window(Duration.ofMillis(-700), Duration.ofMillis(1_200), Closed.BOTH, around);
        lookup(
                "around",
                window,
                SECOND / 2,
                new WindowJoin(
                        "ts",
                        "ts",
                        List.of("symbol"),
                        List.of("symbol"),
                        span("1200ms"),
                        span("-700ms"),
                        Closed.BOTH,
                        false,
                        map("n", "count(*)", "top", "max(price)", "mid", "median(price)")),
                Map.copyOf(identity(around)));
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms")
    @CsvSource({"1,0,0", "2,500,3000", "3,0,60000", "4,1500,800", "5,200,5000"})
    void newestRevisionsAreWhatTheTableOperatorsSay(long seed, long disorder, long grace) {
        policy = new ViewSpec.Policy(
                Duration.ofMillis(disorder),
                Duration.ofMillis(grace),
                Duration.ofHours(24),
                ViewSpec.Emit.COMMIT,
                ViewSpec.Late.SIDE);
        windows();
        rows();
        rolling();
        lookups();
        var market = Market.pipeline(Duration.ZERO, Duration.ZERO);
        var pipeline = Pipeline.of(
                "market",
                market.guarantee(),
                1,
                List.copyOf(market.streams().values()),
                cases.stream().map(Case::view).toList());
        try (var allocator = new RootAllocator();
                var stage = new Stage(pipeline, folder, allocator)) {
            var feed = new Feed(stage, new SplittableRandom(seed));
            feed.play(320);
            var counts = stage.counts();
            for (Case one : cases) {
                check(stage, allocator, new ViewOracle(disorder * 1_000, grace * 1_000), feed, one, counts);
            }
        }
    }

    private void check(
            Stage stage,
            BufferAllocator allocator,
            ViewOracle oracle,
            Feed feed,
            Case one,
            Map<String, Map<String, Long>> counts) {
        String name = one.view().name();
        var trades = ViewOracle.topic(feed.trades);
        var quotes = ViewOracle.topic(feed.quotes);
        boolean two = one.view().inputs().size() == 2;
        long progress = two ? Math.min(trades.progress(), quotes.progress()) : trades.progress();
        var accepted = oracle.accepted(trades, ts -> later(one.end().applyAsLong(ts)));
        var rights = TableOracle.cells(oracle.accepted(quotes, ts -> ts + 1));
        var expected = one.oracle().of(new TableOracle(allocator), TableOracle.cells(accepted), rights);
        boolean sessions = one.view() instanceof ViewSpec.Session;
        expected.entrySet()
                .removeIf(result -> !oracle.closed(
                        sessions
                                ? (long) result.getValue().getFirst() + 400_000 + 1
                                : one.closes()
                                        .applyAsLong((long) result.getKey().get(1)),
                        progress));
        assertThat(newest(stage, one)).as(name).isEqualTo(expected);
        assertThat(expected).as(name).hasSizeGreaterThan(10);
        long outside = feed.trades.stream()
                .filter(row -> row.kind() == ViewOracle.Kind.ROW && one.end().applyAsLong(row.ts()) == Long.MAX_VALUE)
                .count();
        var counted = counts.get(name + "/trades");
        assertThat(counted.getOrDefault("outside", 0L))
                .as("outside of %s", name)
                .isEqualTo(outside);
        long late = oracle.lateRows(trades, ts -> later(one.end().applyAsLong(ts)));
        assertThat(counted).as(name).containsEntry("late", late);
    }

    /** A row in no window is never late. */
    private static long later(long end) {
        return end == Long.MAX_VALUE ? Long.MAX_VALUE / 2 : end;
    }

    /** Newest revisions, after checking that they count up from 0; withdrawn sessions are none. */
    private Map<List<Object>, List<Object>> newest(Stage stage, Case one) {
        String name = one.view().name();
        var columns = stage.columns(name);
        int revision = columns.indexOf("revision");
        int withdrawn = columns.indexOf("withdrawn");
        var wanted = switch (one.view()) {
            case ViewSpec.Resample resample -> List.copyOf(resample.aggregates().keySet());
            case ViewSpec.Session session -> {
                var all = new ArrayList<>(List.of("session_end"));
                all.addAll(session.aggregates().keySet());
                yield all;
            }
            default -> List.copyOf(columnsOf.getOrDefault(name, List.of()));
        };
        var newest = new HashMap<List<Object>, List<Object>>();
        var revisions = new HashMap<List<Object>, Long>();
        for (Record record : stage.published(name)) {
            if (record.kind() == ViewOracle.Kind.ROW) {
                List<Object> key = List.of(record.series(), record.ts(), record.sequence());
                assertThat(record.row().longAt(revision))
                        .as("revision of %s %s", name, key)
                        .isEqualTo(revisions.merge(key, 0L, (old, zero) -> old + 1));
                if (withdrawn >= 0 && Boolean.TRUE.equals(record.row().valueAt(withdrawn))) {
                    newest.remove(key);
                } else {
                    newest.put(
                            key,
                            wanted.stream()
                                    .map(column -> plain(record.row().valueAt(columns.indexOf(column))))
                                    .toList());
                }
            }
        }
        return newest;
    }

    private final Map<String, List<String>> columnsOf = new HashMap<>();

    /** Trades and quotes of three symbols, out of order, some at equal times, with heartbeats. */
    private static final class Feed {
        final List<Record> trades = new ArrayList<>();
        final List<Record> quotes = new ArrayList<>();
        private final Stage stage;
        private final SplittableRandom random;
        private long now = BASE;

        Feed(Stage stage, SplittableRandom random) {
            this.stage = stage;
            this.random = random;
        }

        void play(int records) {
            for (int i = 0; i < records; i++) {
                now += random.nextInt(60) == 0 ? random.nextLong(6 * SECOND) : random.nextLong(160_000);
                long ts = now - (random.nextInt(4) == 0 ? random.nextLong(4 * SECOND) : 0);
                ts -= Math.floorMod(ts, random.nextInt(4) == 0 ? 500_000 : 20_000);
                var symbol = List.of("A", "B", "C").get(random.nextInt(random.nextInt(3) == 0 ? 3 : 2));
                if (random.nextInt(30) == 0) {
                    var heartbeat = new ControlRecord("feed/0", Kind.HEARTBEAT, ts * 1_000, ts * 1_000, "*");
                    trades.add(ViewOracle.control(heartbeat, stage.control("trades", heartbeat)));
                } else if (random.nextInt(3) > 0) {
                    trade(symbol, ts, i);
                } else {
                    double bid = 50 + random.nextInt(400) / 8.0;
                    long offset = stage.quote(symbol, ts, bid);
                    quotes.add(record(symbol, ts, offset, ArrayRow.of(symbol, ts, bid, 1.0, null)));
                }
            }
        }

        private void trade(String symbol, long ts, long i) {
            double price = 100 + random.nextInt(60) / 4.0;
            double size = random.nextInt(20) / 8.0 + 0.125;
            Long id = random.nextInt(3) == 0 ? null : (Long) (7 * i);
            long offset = stage.trade(symbol, ts, price, size, id);
            trades.add(record(symbol, ts, offset, ArrayRow.of(symbol, ts, price, size, id)));
        }

        private static Record record(String symbol, long ts, long offset, Row row) {
            return new Record(ViewOracle.Kind.ROW, symbol, ts, offset, row, offset, null);
        }
    }

    /** Doubles to ten digits: other sums round in other places. */
    private static Object plain(Object cell) {
        return cell instanceof Double number && Double.isFinite(number)
                ? (Object) new java.math.BigDecimal(number)
                        .round(new java.math.MathContext(10))
                        .doubleValue()
                : cell == null ? "null" : cell;
    }
}
