package io.polaroid.topology;

import static io.polaroid.topology.ViewCase.map;

import io.polaroid.timeseries.batch.Decay;
import io.polaroid.timeseries.batch.Diff;
import io.polaroid.timeseries.batch.Ewm;
import io.polaroid.timeseries.batch.EwmBy;
import io.polaroid.timeseries.batch.FillForward;
import io.polaroid.timeseries.batch.Lag;
import io.polaroid.timeseries.batch.PctChange;
import io.polaroid.timeseries.batch.Target;
import io.polaroid.timeseries.statistics.AdfTest;
import io.polaroid.timeseries.statistics.JohansenTest;
import io.polaroid.timeseries.statistics.RollingAdf;
import io.polaroid.timeseries.statistics.RollingJohansen;
import io.polaroid.timeseries.time.Span;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions of rows: lag, diff, percent change, forward fill, exponential weights, ADF, Johansen; see {@link ViewCases}. */
class RowFunctionViewsTest {
    @TempDir
    Path folder;

    private static final Duration WITHIN = Duration.ofMinutes(30);

    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms, series may be behind by {3} ms")
    @CsvSource({"1,0,0,0", "2,500,3000,0", "3,0,60000,0", "4,1500,800,0", "5,0,0,60000", "6,500,300,2500"})
    void newestRevisionsAreWhatTheTableOperatorsSayHoweverRowsAreCut(
            long seed, long disorder, long grace, long behind) {
        var cases = new ViewCases(folder, seed, disorder, grace, behind);
        shifts(cases);
        weighted(cases);
        cases.perRow(
                "selected",
                new RowFunction.Select(
                        Optional.empty(), map("notional", "price * size", "x", "coalesce(trade_id, -1)")),
                Map.of("notional", "notional", "x", "x"),
                (tables, rows) -> selected(rows));
        cases.add(filtered(cases.policy(), map()));
        cases.add(filtered(cases.policy(), map("notional", "price * size")));
        cases.perRow(
                "stationary",
                new RowFunction.Adf("price", 12, AdfTest.standard(), WITHIN),
                new RollingAdf("price", 12, AdfTest.standard(), List.of("symbol")),
                Map.of("price_adf_statistic", "price_adf_statistic", "price_adf_p_value", "price_adf_p_value"));
        var johansen = new JohansenTest(0, 1);
        cases.perRow(
                "cointegrated",
                new RowFunction.Johansen(List.of("price", "size"), 14, johansen, WITHIN),
                new RollingJohansen(List.of("price", "size"), 14, johansen, List.of("symbol")),
                RollingJohansen.names(2).stream().collect(Collectors.toMap(name -> name, name -> name)));
        cases.hold();
    }

    private static List<Map<String, Object>> selected(List<Map<String, Object>> rows) {
        return rows.stream()
                .map(row -> {
                    var made = new HashMap<String, Object>();
                    made.put("notional", (double) row.get("price") * (double) row.get("size"));
                    made.put("x", row.get("trade_id") == null ? -1L : row.get("trade_id"));
                    made.put("size", row.get("size"));
                    return (Map<String, Object>) made;
                })
                .toList();
    }

    /** Rows that the condition is false or unknown for are outside, whenever they come. */
    private static ViewCase filtered(ViewSpec.Policy policy, SequencedMap<String, String> columns) {
        var view = new ViewSpec.PerRow(
                columns.isEmpty() ? "filtered" : "filtered_and_selected",
                "trades",
                new RowFunction.Select(Optional.of("trade_id % 2 = 0 and size > 1"), columns),
                policy);
        var all = ViewCase.of(
                view,
                0,
                columns.isEmpty() ? Map.of("size", "size") : Map.of("notional", "notional"),
                (tables, rows, rights) -> selected(rows));
        Predicate<ViewOracle.Record> isInside =
                record -> isWanted(TableOracle.cells(List.of(record)).getFirst());
        return new ViewCase(
                view,
                all.columns(),
                isInside,
                all.end(),
                all.closed(),
                (tables, rows, rights) -> all.oracle()
                        .of(
                                tables,
                                rows.stream()
                                        .filter(RowFunctionViewsTest::isWanted)
                                        .toList(),
                                rights));
    }

    private static boolean isWanted(Map<String, Object> row) {
        return row.get("trade_id") instanceof Long id && id % 2 == 0 && (double) row.get("size") > 1;
    }

    private static void shifts(ViewCases cases) {
        var id = Map.of("x", "x");
        cases.perRow(
                "lagged",
                new RowFunction.Shift(RowFunction.Shift.Kind.LAG, 2, map("x", "trade_id"), WITHIN),
                new Lag(2, new Lag.FillValue.Null(), List.of("symbol"), List.of(Target.of("trade_id", "x"))),
                id);
        cases.perRow(
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
        cases.perRow(
                "moved",
                new RowFunction.Shift(RowFunction.Shift.Kind.DIFF, 1, map("x", "price", "y", "trade_id"), WITHIN),
                new Diff(1, List.of("symbol"), List.of(Target.of("price", "x"), Target.of("trade_id", "y"))),
                Map.of("x", "x", "y", "y"));
        cases.perRow(
                "returns",
                new RowFunction.Shift(RowFunction.Shift.Kind.PCT_CHANGE, 3, map("x", "price"), WITHIN),
                new PctChange(3, List.of("symbol"), List.of(Target.of("price", "x"))),
                id);
        cases.perRow(
                "filled",
                new RowFunction.FillForward(OptionalInt.of(2), map("x", "trade_id"), WITHIN),
                new FillForward(2, List.of("symbol"), List.of(Target.of("trade_id", "x"))),
                id);
    }

    private static void weighted(ViewCases cases) {
        var id = Map.of("x", "x");
        var columns = new LinkedHashMap<String, RowFunction.Ewm.Of>();
        columns.put("x", new RowFunction.Ewm.Of(Ewm.Kind.MEAN, "price"));
        columns.put("y", new RowFunction.Ewm.Of(Ewm.Kind.STD, "price"));
        columns.put("z", new RowFunction.Ewm.Of(Ewm.Kind.MEAN, "trade_id"));
        var decay = new Decay.Span(4);
        cases.perRow(
                "weighted",
                new RowFunction.Ewm(
                        Optional.of(decay), Optional.empty(), RowFunction.Ewm.Options.DEFAULT, columns, WITHIN),
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
        cases.perRow(
                "half_life",
                new RowFunction.Ewm(
                        Optional.empty(),
                        Optional.of(Duration.ofMillis(800)),
                        RowFunction.Ewm.Options.DEFAULT,
                        mean,
                        WITHIN),
                new EwmBy("ts", span("800ms"), List.of("symbol"), List.of(Target.of("price", "x"))),
                id);
        cases.perRow(
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
    }
}
