package io.polaroid.topology;

import static io.polaroid.topology.ViewCase.map;

import io.polaroid.timeseries.batch.Sessions;
import io.polaroid.timeseries.time.Span;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions of activity, which open, join and close; see {@link ViewCases}. */
class SessionViewsTest {
    @TempDir
    Path folder;

    private static final SequencedMap<String, String> RUNNING =
            map("n", "count(*)", "total", "sum(size)", "top", "max(price)", "last", "last(price)", "sd", "std(price)");

    private static final SequencedMap<String, String> GATHERED =
            map("n", "count(*)", "mid", "median(price)", "total", "sum(size)", "q", "quantile(size, 0.9)");

    /** With medians, of sessions that are not longer than rows are kept. */
    private static ViewCase gathered(String name, long longestMillis, ViewSpec.Policy policy) {
        var columns = new ArrayList<>(List.of("session_end"));
        columns.addAll(GATHERED.keySet());
        var batch = new Sessions("ts", Span.parse("400ms").orThrow(), List.of("symbol"), GATHERED);
        return new ViewCase(
                new ViewSpec.Session(
                        name, "trades", Duration.ofMillis(400), GATHERED, Duration.ofMillis(longestMillis), policy),
                columns,
                ts -> ts + 1,
                (key, cells) -> (long) cells.getFirst() + 400_001,
                (tables, rows, rights) -> {
                    var results = new HashMap<List<Object>, List<Object>>();
                    for (var row : tables.apply(batch, rows)) {
                        long end = (long) row.get("_upper_boundary");
                        boolean isLong = end - (long) row.get("ts") > longestMillis * 1_000;
                        var cells = new ArrayList<Object>(List.of(end));
                        GATHERED.keySet()
                                .forEach(column -> cells.add(
                                        isLong && List.of("mid", "q").contains(column)
                                                ? "null"
                                                : ViewCase.plain(row.get(column))));
                        results.put(List.of(row.get("symbol"), row.get("ts"), 0L), cells);
                    }
                    return results;
                });
    }

    private static ViewCase sessions(String name, long gapMillis, ViewSpec.Policy policy) {
        var columns = new ArrayList<>(List.of("session_end"));
        columns.addAll(RUNNING.keySet());
        var batch = new Sessions("ts", Span.parse(gapMillis + "ms").orThrow(), List.of("symbol"), RUNNING);
        return new ViewCase(
                new ViewSpec.Session(name, "trades", Duration.ofMillis(gapMillis), RUNNING, policy),
                columns,
                ts -> ts + 1,
                (key, cells) -> (long) cells.getFirst() + gapMillis * 1_000 + 1,
                (tables, rows, rights) -> {
                    var results = new HashMap<List<Object>, List<Object>>();
                    for (var row : tables.apply(batch, rows)) {
                        var cells = new ArrayList<Object>(List.of(row.get("_upper_boundary")));
                        RUNNING.keySet().forEach(column -> cells.add(ViewCase.plain(row.get(column))));
                        results.put(List.of(row.get("symbol"), row.get("ts"), 0L), cells);
                    }
                    return results;
                });
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms, series may be behind by {3} ms")
    @CsvSource({"1,0,0,0", "2,500,3000,0", "3,0,60000,0", "4,1500,800,0", "5,0,0,60000", "6,500,300,2500"})
    void newestRevisionsAreWhatTheTableOperatorsSayHoweverRowsAreCut(
            long seed, long disorder, long grace, long behind) {
        var cases = new ViewCases(folder, seed, disorder, grace, behind);
        cases.add(sessions("bursts", 200, cases.policy()));
        cases.add(sessions("sessions", 400, cases.policy()));
        cases.add(sessions("long_ones", 900, cases.policy()));
        cases.add(gathered("medians", 600_000, cases.policy()));
        cases.add(gathered("medians_of_short_ones", 700, cases.policy()));
        cases.hold();
    }
}
