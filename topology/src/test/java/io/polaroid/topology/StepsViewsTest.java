package io.polaroid.topology;

import static io.polaroid.topology.ViewCase.plain;

import io.polaroid.timeseries.batch.Align;
import io.polaroid.timeseries.batch.FillForward;
import io.polaroid.timeseries.batch.Target;
import io.polaroid.timeseries.batch.Upsample;
import io.polaroid.timeseries.time.Span;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Fill;
import io.polaroid.topology.pipeline.ViewSpec.Steps;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Series on the times of a grid, upsampled and aligned; see {@link ViewCases}. */
class StepsViewsTest {
    private static final long STEP = 100_000;
    private static final long REACH = 2 * ViewCases.SECOND;
    private static final long TOLERANCE = 700_000;
    private static final Span EVERY = Span.parse("100ms").orThrow();
    private static final List<String> KEY = List.of("symbol");

    @TempDir
    Path folder;

    private static Steps steps(
            String name, List<String> inputs, Steps.Take take, ViewSpec.Gaps fills, ViewSpec.Policy policy) {
        return new Steps(
                name,
                inputs,
                Steps.grid(EVERY, Span.ZERO, ZoneOffset.UTC),
                take,
                Duration.ofSeconds(2),
                take == Steps.Take.AT ? Duration.ofSeconds(2) : Duration.ofMillis(700),
                fills,
                policy);
    }

    private static boolean isOnGrid(long ts) {
        return ts % STEP == 0;
    }

    private static long up(long ts) {
        return Math.ceilDiv(ts, STEP) * STEP;
    }

    /** The last row of each series and time. */
    private static List<Map<String, Object>> onGrid(List<Map<String, Object>> rows) {
        var last = new LinkedHashMap<List<Object>, Map<String, Object>>();
        rows.stream().filter(row -> isOnGrid((long) row.get("ts"))).forEach(row -> {
            var key = List.of(row.get("symbol"), row.get("ts"));
            last.remove(key);
            last.put(key, row);
        });
        return List.copyOf(last.values());
    }

    /** The times of the rows of each series. */
    private static Map<Object, TreeSet<Long>> times(Stream<Map<String, Object>> rows) {
        var times = new TreeMap<Object, TreeSet<Long>>();
        rows.forEach(row ->
                times.computeIfAbsent(row.get("symbol"), key -> new TreeSet<>()).add((long) row.get("ts")));
        return times;
    }

    /** A row long after all of each series: a table ends with the last row, a stream goes on for a while. */
    private static List<Map<String, Object>> withEnds(List<Map<String, Object>> rows, Iterable<Object> symbols) {
        var all = new ArrayList<>(rows);
        long end = up(rows.stream().mapToLong(row -> (long) row.get("ts")).max().orElseThrow() + 4 * REACH);
        for (Object symbol : symbols) {
            var row = new LinkedHashMap<String, Object>(rows.getFirst());
            row.put("symbol", symbol);
            row.put("ts", end);
            row.put("place", -1L);
            all.add(row);
        }
        return all;
    }

    private static Map<List<Object>, List<Object>> within(
            List<Map<String, Object>> table, Map<Object, TreeSet<Long>> times, List<String> columns) {
        var results = new HashMap<List<Object>, List<Object>>();
        for (var row : table) {
            long ts = (long) row.get("ts");
            var last = times.get(row.get("symbol")).floor(ts);
            if (last != null && ts - last <= REACH) {
                results.put(
                        List.of(row.get("symbol"), ts, 0L),
                        columns.stream().map(column -> plain(row.get(column))).toList());
            }
        }
        return results;
    }

    private static Map<List<Object>, List<Object>> upsampled(
            TableOracle tables, List<Map<String, Object>> rows, boolean fills, LongPredicate isClosed) {
        var wanted = onGrid(rows);
        var times = times(wanted.stream());
        var table = tables.apply(new Upsample("ts", EVERY, KEY), withEnds(wanted, List.copyOf(times.keySet())));
        if (fills) {
            var prices = tables.apply(new FillForward(3, KEY, List.of(Target.of("price", "price"))), table);
            for (int i = 0; i < table.size(); i++) {
                var row = table.get(i);
                row.put("price", prices.get(i).get("price"));
                if (row.get("place") == null) {
                    row.put("size", line(times.get(row.get("symbol")), wanted, row, isClosed));
                }
            }
        }
        return within(table, times, List.of("price", "size", "trade_id"));
    }

    /** On the line to the next row that has closed. */
    private static Object line(
            TreeSet<Long> times, List<Map<String, Object>> rows, Map<String, Object> row, LongPredicate isClosed) {
        long ts = (long) row.get("ts");
        Long before = times.lower(ts);
        Long after = times.higher(ts);
        if (before == null || after == null || after - before > REACH || !isClosed.test(after + 1)) {
            return null;
        }
        double from = size(rows, row.get("symbol"), before);
        double to = size(rows, row.get("symbol"), after);
        return from + (to - from) * ((double) (ts - before) / (after - before));
    }

    private static double size(List<Map<String, Object>> rows, Object symbol, long ts) {
        return rows.stream()
                .filter(row -> row.get("symbol").equals(symbol) && row.get("ts").equals(ts))
                .mapToDouble(row -> (double) row.get("size"))
                .findFirst()
                .orElseThrow();
    }

    private static ViewCase upsample(String name, ViewSpec.Gaps fills, ViewCases cases) {
        return new ViewCase(
                steps(name, List.of("trades"), Steps.Take.AT, fills, cases.policy()),
                List.of("price", "size", "trade_id"),
                row -> isOnGrid(row.ts()),
                ts -> isOnGrid(ts) ? ts + 1 : Long.MAX_VALUE,
                (key, cells) -> (long) key.get(1) + 1,
                (tables, rows, rights) -> upsampled(tables, rows, fills.isFilled(), cases::isClosed));
    }

    private static ViewCase align(String name, List<String> inputs, ViewSpec.Policy policy) {
        boolean both = inputs.size() == 2;
        var columns = both ? List.of("price", "size", "bid") : List.of("price", "size");
        return new ViewCase(
                steps(name, inputs, Steps.Take.LAST, ViewSpec.Gaps.NONE, policy),
                columns,
                ts -> up(ts) + 1,
                (key, cells) -> (long) key.get(1) + 1,
                (tables, rows, rights) -> {
                    var times = times(both ? Stream.concat(rows.stream(), rights.stream()) : rows.stream());
                    var symbols = List.copyOf(times.keySet());
                    var tolerance = Span.parse("700ms").orThrow();
                    var align = new Align("ts", EVERY, tolerance, KEY, both ? List.of("_quote") : List.of());
                    var table = tables.apply(align, withEnds(rows, symbols), rights);
                    // A quote's bid stands where a trade's price does.
                    table.forEach(row -> row.put("bid", row.get("price_quote")));
                    return within(table, times, columns);
                });
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms, series may be behind by {3} ms")
    @CsvSource({"1,0,0,0", "2,500,3000,0", "3,0,60000,0", "4,1500,800,0", "5,0,0,60000", "6,500,300,2500"})
    void newestRevisionsAreWhatTheTableOperatorsSayHoweverRowsAreCut(
            long seed, long disorder, long grace, long behind) {
        var cases = new ViewCases(folder, seed, disorder, grace, behind);
        cases.add(upsample("upsampled", ViewSpec.Gaps.NONE, cases));
        var columns = new LinkedHashMap<String, Fill>();
        columns.put("price", new Fill.Limited(new Fill.Previous(Optional.empty()), 3));
        columns.put("size", new Fill.Linear());
        cases.add(upsample(
                "filled", new ViewSpec.Gaps(Optional.of(new Fill.Nothing()), columns, Duration.ZERO, false), cases));
        cases.add(align("aligned", List.of("trades"), cases.policy()));
        cases.add(align("together", List.of("trades", "quotes"), cases.policy()));
        cases.hold();
    }
}
