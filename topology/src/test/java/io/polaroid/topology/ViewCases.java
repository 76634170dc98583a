package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.ViewOracle.Record;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongUnaryOperator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Rules 3, 4 and 5 for views of a kind: what is published last is what the operator over tables says of the accepted rows; and what is
 * published, counted and kept is the same however rows are cut into frames, and wherever operators begin anew from what is kept.
 */
final class ViewCases {
    static final long BASE = 1_723_161_280_000_000L;
    static final long SECOND = 1_000_000L;
    private static final List<String> SYMBOLS = List.of("A", "B", "C");
    private static final int RECORDS = 320;

    private final Path folder;
    private final long seed;
    private final ViewSpec.Policy policy;
    private final List<ViewCase> cases = new ArrayList<>();
    private final List<Consumer<Stage>> sent = new ArrayList<>();
    private final Map<String, List<Record>> records = Map.of("trades", new ArrayList<>(), "quotes", new ArrayList<>());

    /** What came of a run, by view. */
    private record Outcome(
            Map<String, List<Record>> published,
            Map<String, List<String>> late,
            Map<String, List<String>> state,
            Map<String, Map<String, Long>> counts,
            Map<String, List<String>> columns) {}

    /** @param behindMillis how far series may be behind, whose own progress rows are late by; 0 for that of the partition */
    ViewCases(Path folder, long seed, long disorderMillis, long graceMillis, long behindMillis) {
        this.folder = folder;
        this.seed = seed;
        this.policy = new ViewSpec.Policy(
                Duration.ofMillis(disorderMillis),
                Duration.ofMillis(graceMillis),
                Duration.ofHours(24),
                ViewSpec.Emit.COMMIT,
                ViewSpec.Late.CORRECT,
                behindMillis == 0
                        ? new ViewSpec.Lateness.OfPartition()
                        : new ViewSpec.Lateness.OfSeries(Duration.ofMillis(behindMillis)));
    }

    ViewSpec.Policy policy() {
        return policy;
    }

    void add(ViewCase one) {
        cases.add(one);
    }

    /** Adds a function of rows that is an operator over tables. */
    void perRow(String name, RowFunction function, BatchOperator operator, Map<String, String> columns) {
        add(ViewCase.perRow(name, function, policy, columns, operator));
    }

    /** Adds a function of rows with an oracle of its own. */
    void perRow(
            String name,
            RowFunction function,
            Map<String, String> columns,
            BiFunction<TableOracle, List<Map<String, Object>>, List<Map<String, Object>>> oracle) {
        add(ViewCase.perRow(name, function, policy, columns, (tables, rows, rights) -> oracle.apply(tables, rows)));
    }

    /** Whether a result of trades with this end has closed when all records have come, in us. */
    boolean isClosed(long end) {
        long progress = ViewOracle.topic(records.get("trades")).progress();
        return new ViewOracle(policy.disorder().toNanos() / 1_000, 0).closed(end, progress);
    }

    /** Plays them row by row, in small frames, and in large ones, and compares. */
    void hold() {
        feed();
        var random = new SplittableRandom(~seed);
        var single = play("1", () -> 1, () -> false);
        var small = play("2", () -> 1 + random.nextInt(9), () -> random.nextInt(5) == 0);
        var large = play("3", () -> 1 + random.nextInt(150), random::nextBoolean);
        cases.forEach(one -> {
            holds(one, single);
            isTheSame(one, single, small);
            isTheSame(one, single, large);
        });
    }

    private Outcome play(String run, IntSupplier frames, BooleanSupplier restarts) {
        var market = Market.pipeline(Duration.ZERO, Duration.ZERO);
        var pipeline = Pipeline.of(
                "market",
                market.guarantee(),
                1,
                List.copyOf(market.streams().values()),
                cases.stream().map(ViewCase::view).toList());
        try (var allocator = new RootAllocator();
                var stage = new Stage(pipeline, folder.resolve(run), allocator, frames, restarts)) {
            sent.forEach(one -> one.accept(stage));
            var counts = stage.counts();
            var outcome = new Outcome(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), counts, new TreeMap<>());
            for (String view : pipeline.views().keySet()) {
                outcome.published().put(view, stage.published(view));
                outcome.late()
                        .put(
                                view,
                                stage.late(view).stream().map(ViewCases::text).toList());
                outcome.state().put(view, stage.state(view));
                outcome.columns().put(view, stage.columns(view));
            }
            return outcome;
        }
    }

    /** Of two inputs, in which order their rows meet depends on frames, and with it how often what is published; but not what last. */
    private static void isTheSame(ViewCase one, Outcome single, Outcome cut) {
        String name = one.view().name();
        if (one.view().inputs().size() == 1) {
            assertThat(published(cut, name)).as(name).isEqualTo(published(single, name));
            assertThat(cut.late().get(name)).as(name).isEqualTo(single.late().get(name));
            assertThat(cut.state().get(name))
                    .as("state of " + name)
                    .isEqualTo(single.state().get(name));
        } else {
            assertThat(newest(one, cut)).as(name).isEqualTo(newest(one, single));
            assertThat(cut.late().get(name))
                    .as(name)
                    .containsExactlyInAnyOrderElementsOf(single.late().get(name));
            assertThat(settled(cut, name)).as("state of " + name).isEqualTo(settled(single, name));
        }
        assertThat(cut.counts()).isEqualTo(single.counts());
    }

    /** All that is published, in order, with all columns. */
    private static List<String> published(Outcome outcome, String view) {
        return outcome.published().get(view).stream()
                .filter(record -> record.kind() != ViewOracle.Kind.SKIPPED)
                .map(record ->
                        record.row() == null ? record.control().toString() : record.series() + text(record.row()))
                .toList();
    }

    /** What is kept of what is published, but for how often and when it was: what waits shows the match that it had at some commit. */
    private static List<String> settled(Outcome outcome, String view) {
        return outcome.state().get(view).stream()
                .filter(row -> !row.endsWith(", null, null, null]"))
                .map(row -> row.replaceFirst(", \\d+, \\d+, \\d+]$", ""))
                .toList();
    }

    private static String text(Row row) {
        return row.toString();
    }

    private void holds(ViewCase one, Outcome outcome) {
        String name = one.view().name();
        var oracle = new ViewOracle(
                policy.disorder().toNanos() / 1_000,
                policy.grace().toNanos() / 1_000,
                policy.lateness() instanceof ViewSpec.Lateness.OfSeries(Duration behind)
                        ? OptionalLong.of(behind.toNanos() / 1_000)
                        : OptionalLong.empty());
        var trades = ViewOracle.topic(records.get("trades"));
        var quotes = ViewOracle.topic(records.get("quotes"));
        boolean isJoin = one.view().inputs().size() == 2;
        long progress = isJoin ? Math.min(trades.progress(), quotes.progress()) : trades.progress();
        LongUnaryOperator end = ts -> later(one.end().applyAsLong(ts));
        var accepted = one.view() instanceof ViewSpec.Resample windows
                ? oracle.accepted(trades, start(windows), end)
                : oracle.accepted(trades, end);
        boolean isGrid = one.view() instanceof ViewSpec.Steps;
        var rights = TableOracle.cells(
                oracle.accepted(quotes, ts -> isGrid ? later(one.end().applyAsLong(ts)) : ts + 1));
        Map<List<Object>, List<Object>> expected;
        try (var allocator = new RootAllocator()) {
            expected = one.oracle().of(new TableOracle(allocator), TableOracle.cells(accepted), rights);
        }
        expected.entrySet()
                .removeIf(result -> !oracle.closed(one.closed().end(result.getKey(), result.getValue()), progress));
        assertThat(newest(one, outcome)).as(name).isEqualTo(expected);
        assertThat(expected).as(name).hasSizeGreaterThan(10);
        var inside = new ViewOracle.Topic(
                trades.rows().stream()
                        .filter(seen -> one.isInside().test(seen.record()))
                        .toList(),
                trades.controls(),
                trades.progress());
        assertThat(outcome.counts().get(name + "/trades"))
                .as(name)
                .containsEntry(
                        "outside", (long) trades.rows().size() - inside.rows().size())
                .containsEntry(
                        "late",
                        one.view() instanceof ViewSpec.Resample windows
                                ? oracle.lateRows(inside, start(windows), one.end())
                                : oracle.lateRows(inside, one.end()));
    }

    /** The first time of the first window to end that holds a time, in us. */
    private static LongUnaryOperator start(ViewSpec.Resample view) {
        var grid = view.windows().grid(1_000).orThrow();
        return ts -> grid.firstEnd(ts * 1_000) == Grid.NONE_AFTER
                ? ts
                : Math.floorDiv(grid.from(grid.firstEndingAfter(ts * 1_000)), 1_000);
    }

    /** A row in no window is never late. */
    private static long later(long end) {
        return end == Long.MAX_VALUE ? Long.MAX_VALUE / 2 : end;
    }

    /** Newest revisions, after checking that they count up from 0; withdrawn sessions are none. */
    private static Map<List<Object>, List<Object>> newest(ViewCase one, Outcome outcome) {
        String name = one.view().name();
        var columns = outcome.columns().get(name);
        int revision = columns.indexOf("revision");
        int withdrawn = columns.indexOf("withdrawn");
        var newest = new HashMap<List<Object>, List<Object>>();
        var revisions = new HashMap<List<Object>, Long>();
        for (Record record : outcome.published().get(name)) {
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
                            one.columns().stream()
                                    .map(column -> ViewCase.plain(record.row().valueAt(columns.indexOf(column))))
                                    .toList());
                }
            }
        }
        return newest;
    }

    /** Trades and quotes of three symbols, out of order, some at equal times, with heartbeats and outages. */
    private void feed() {
        var random = new SplittableRandom(seed);
        long now = BASE;
        for (int i = 0; i < RECORDS; i++) {
            now += random.nextInt(60) == 0 ? random.nextLong(6 * SECOND) : random.nextLong(160_000);
            var symbol = SYMBOLS.get(random.nextInt(random.nextInt(3) == 0 ? 3 : 2));
            // For a while one series is behind the others, as a feed is that was away: its rows are late, and in order.
            boolean isBehind = symbol.equals(SYMBOLS.getFirst()) && i > RECORDS / 2 && i < RECORDS * 3 / 4;
            long exact = now - (isBehind ? 2 * SECOND : random.nextInt(4) == 0 ? random.nextLong(4 * SECOND) : 0);
            long ts = exact - Math.floorMod(exact, random.nextInt(4) == 0 ? 500_000 : 20_000);
            if (random.nextInt(30) == 0) {
                var heartbeat = new ControlRecord("feed/0", Kind.HEARTBEAT, ts * 1_000, ts * 1_000, "*");
                sent.add(stage -> stage.control("trades", heartbeat));
                records.get("trades").add(ViewOracle.control(heartbeat, offset("trades")));
            } else if (random.nextInt(25) == 0) {
                var kind = List.of(Kind.DOWN, Kind.UP, Kind.GAP).get(random.nextInt(3));
                long from = ts - random.nextLong(3 * SECOND);
                var series = random.nextBoolean() ? ControlRecord.ALL : List.of(symbol);
                var outage = new ControlRecord(
                        "feed/1", kind, from * 1_000, (from + random.nextLong(4 * SECOND)) * 1_000, series);
                sent.add(stage -> stage.control("trades", outage));
                records.get("trades").add(ViewOracle.control(outage, offset("trades")));
            } else if (random.nextInt(3) > 0) {
                double price = 100 + random.nextInt(60) / 4.0;
                double size = random.nextInt(20) / 8.0 + 0.125;
                Long id = random.nextInt(3) == 0 ? null : (Long) (7L * i);
                sent.add(stage -> stage.trade(symbol, ts, price, size, id));
                row("trades", symbol, ts, ArrayRow.of(symbol, ts, price, size, id));
            } else {
                double bid = 50 + random.nextInt(400) / 8.0;
                sent.add(stage -> stage.quote(symbol, ts, bid));
                row("quotes", symbol, ts, ArrayRow.of(symbol, ts, bid, 1.0, null));
            }
        }
    }

    private long offset(String topic) {
        return records.get(topic).size();
    }

    private void row(String topic, String symbol, long ts, Row row) {
        records.get(topic).add(new Record(ViewOracle.Kind.ROW, symbol, ts, offset(topic), row, offset(topic), null));
    }
}
