package io.polaroid.topology;

import static io.polaroid.topology.ViewCase.map;

import io.polaroid.timeseries.batch.Anchor;
import io.polaroid.timeseries.batch.Label;
import io.polaroid.timeseries.batch.Resample;
import io.polaroid.timeseries.batch.StartBy;
import io.polaroid.timeseries.batch.Windows;
import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.grid.Windowing;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
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
import java.util.SequencedMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows of time of every form; see {@link ViewCases}. */
class WindowViewsTest {
    @TempDir
    Path folder;

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

    /** The feed begins 20 s before the break. */
    private static Windowing ofMarket(String every) {
        var market = TradingCalendar.parse("""
            calendar TEST
            zone     UTC
            covers   2024-01-01 2024-12-31
            weekend  none
            session  00:00-23:55 23:56-24:00
            """).orThrow();
        return new Windowing(
                span(every),
                span(every),
                Span.ZERO,
                Closed.LEFT,
                Windowing.Edge.LEFT,
                StartBy.WINDOW,
                ZoneId.of("UTC"),
                Optional.of(market));
    }

    private static ViewCase resample(
            String name, Windowing windowing, SequencedMap<String, String> aggregates, ViewSpec.Policy policy) {
        var grid = windowing.grid(1_000).orThrow();
        var batch = Resample.of("ts", windowing.every())
                .windows(new Windows(
                        windowing.every(), windowing.period(), windowing.offset(), windowing.closed(), StartBy.WINDOW))
                .label(windowing.label() == Windowing.Edge.LEFT ? Label.LEFT : Label.RIGHT)
                .anchor(windowing
                        .calendar()
                        .<Anchor>map(Anchor.Sessions::new)
                        .orElseGet(() -> new Anchor.InZone(windowing.zone())))
                .groupBy(List.of("symbol"))
                .aggregates(aggregates);
        return new ViewCase(
                new ViewSpec.Resample(name, "trades", windowing, aggregates, ViewSpec.Gaps.NONE, policy),
                List.copyOf(aggregates.keySet()),
                ts -> {
                    long first = grid.firstEnd(ts * 1_000);
                    return first == Long.MAX_VALUE ? Long.MAX_VALUE : first / 1_000;
                },
                (key, cells) -> grid.to((long) key.get(1) * 1_000) / 1_000,
                (tables, rows, rights) -> results(tables.apply(batch, withEarlyRows(rows)), aggregates));
    }

    /** Windows before the one that a series' first row starts are there in streams only: a row long before all makes them. */
    private static List<Map<String, Object>> withEarlyRows(List<Map<String, Object>> rows) {
        var all = new ArrayList<Map<String, Object>>();
        for (String symbol : List.of("A", "B", "C")) {
            all.add(new LinkedHashMap<>(
                    Map.of("symbol", symbol, "ts", EARLY, "price", 1.0, "size", 0.0, "place", -1L)));
        }
        all.addAll(rows);
        return all;
    }

    private static Map<List<Object>, List<Object>> results(
            List<Map<String, Object>> table, SequencedMap<String, String> aggregates) {
        var results = new HashMap<List<Object>, List<Object>>();
        for (var row : table) {
            if ((long) row.get("ts") > EARLY + 300 * ViewCases.SECOND) {
                results.put(
                        List.of(row.get("symbol"), row.get("ts"), 0L),
                        aggregates.sequencedKeySet().stream()
                                .map(name -> ViewCase.plain(row.get(name)))
                                .toList());
            }
        }
        return results;
    }

    private static final long EARLY = ViewCases.BASE - 600 * ViewCases.SECOND;

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms, series may be behind by {3} ms")
    @CsvSource({"1,0,0,0", "2,500,3000,0", "3,0,60000,0", "4,1500,800,0", "5,0,0,60000", "6,500,300,2500"})
    void newestRevisionsAreWhatTheTableOperatorsSayHoweverRowsAreCut(
            long seed, long disorder, long grace, long behind) {
        var cases = new ViewCases(folder, seed, disorder, grace, behind);
        var policy = cases.policy();
        var utc = Windowing.every(Duration.ofSeconds(2));
        cases.add(resample("plain", utc, RUNNING, policy));
        cases.add(resample("medians", utc, AGGREGATES, policy));
        cases.add(
                resample("hopping", windowing("2s", "5s", "0s", Closed.LEFT, Windowing.Edge.LEFT), AGGREGATES, policy));
        cases.add(resample(
                "sliding", windowing("3s", "7s", "500ms", Closed.RIGHT, Windowing.Edge.RIGHT), RUNNING, policy));
        cases.add(resample("sparse", windowing("4s", "1s", "-1s", Closed.BOTH, Windowing.Edge.LEFT), RUNNING, policy));
        cases.add(
                resample("edges", windowing("2s", "2s", "0s", Closed.NONE, Windowing.Edge.RIGHT), AGGREGATES, policy));
        cases.add(resample("touching", windowing("2s", "2s", "1s", Closed.BOTH, Windowing.Edge.LEFT), RUNNING, policy));
        cases.add(resample("market", ofMarket("3s"), RUNNING, policy));
        cases.add(resample("market_medians", ofMarket("3s"), AGGREGATES, policy));
        cases.hold();
    }
}
