package io.polaroid.topology;

import static io.polaroid.topology.ViewCase.map;

import io.polaroid.timeseries.batch.Frame;
import io.polaroid.timeseries.batch.Output;
import io.polaroid.timeseries.batch.RollingRows;
import io.polaroid.timeseries.batch.RollingTime;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.window.Statistic;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows that end at each row, by time and by rows; see {@link ViewCases}. */
class RollingViewsTest {
    @TempDir
    Path folder;

    private static final Duration WITHIN = Duration.ofMinutes(30);

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

    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms, series may be behind by {3} ms")
    @CsvSource({
        "1,0,0,0",
        "2,500,3000,0",
        "3,0,60000,0",
        "4,1500,800,0",
        "5,100,60000,0",
        "5,0,0,60000",
        "6,500,300,2500"
    })
    void newestRevisionsAreWhatTheTableOperatorsSayHoweverRowsAreCut(
            long seed, long disorder, long grace, long behind) {
        var cases = new ViewCases(folder, seed, disorder, grace, behind);
        lastRows(cases);
        lastSecond(cases);
        var running = map("n", "count(*)", "mean", "mean(price)", "sd", "std(price)", "mid", "median(price)");
        cases.add(ViewCase.of(
                new ViewSpec.Rolling("running", "trades", Duration.ofSeconds(2), running, cases.policy()),
                0,
                ViewCase.same(running.keySet()),
                (tables, rows, rights) -> byTime(
                        rows,
                        tables.apply(
                                new RollingTime(
                                        "ts", span("2s"), span("-2s"), Closed.RIGHT, List.of("symbol"), running),
                                rows))));
        cases.hold();
    }

    private static void lastRows(ViewCases cases) {
        var outputs = List.of(
                Output.of("x", new Statistic.Mean(), "price"),
                Output.of("y", new Statistic.Std(1), "price"),
                Output.of("z", new Statistic.Median(), "price"),
                Output.of("w", new Statistic.Corr(), "price", "size"));
        var some = map("x", "mean(price)", "y", "std(price)", "z", "median(price)", "w", "corr(price, size)");
        var same = Map.of("x", "x", "y", "y", "z", "z", "w", "w");
        for (Closed closed : List.of(Closed.RIGHT, Closed.LEFT, Closed.BOTH)) {
            int size = closed == Closed.BOTH ? 4 : 5;
            cases.perRow(
                    "last_rows_" + closed.name().toLowerCase(Locale.ROOT),
                    new RowFunction.RowWindow(size, closed, 4, some, WITHIN),
                    same,
                    (tables, rows) -> {
                        var results = tables.apply(
                                new RollingRows(new Frame.Rows(5, 4, false), List.of("symbol"), outputs), rows);
                        // The rows before a row are those that end with the one before it.
                        return closed == Closed.LEFT ? shifted(rows, results) : results;
                    });
        }
    }

    private static void lastSecond(ViewCases cases) {
        for (Closed closed : Closed.values()) {
            cases.perRow(
                    "last_second_" + closed.name().toLowerCase(Locale.ROOT),
                    new RowFunction.TimeWindow(Duration.ofSeconds(1), closed, 1, AGGREGATES_OF_TIME),
                    ViewCase.same(AGGREGATES_OF_TIME.keySet()),
                    (tables, rows) -> {
                        var op = new RollingTime(
                                "ts", span("1s"), span("-1s"), closed, List.of("symbol"), AGGREGATES_OF_TIME);
                        return byTime(rows, tables.apply(op, rows));
                    });
        }
    }

    /** For each row the result of its time. */
    private static List<Map<String, Object>> byTime(List<Map<String, Object>> rows, List<Map<String, Object>> results) {
        var byTime = new HashMap<List<Object>, Map<String, Object>>();
        results.forEach(row -> byTime.put(List.of(row.get("symbol"), row.get("ts")), row));
        return rows.stream()
                .map(row -> byTime.get(List.of(row.get("symbol"), row.get("ts"))))
                .toList();
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
}
