package io.polaroid.topology;

import static io.polaroid.topology.ViewCase.map;

import io.polaroid.timeseries.batch.AsofJoin;
import io.polaroid.timeseries.batch.Tolerance;
import io.polaroid.timeseries.batch.WindowJoin;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As-of joins in all directions and window joins; see {@link ViewCases}. */
class LookupViewsTest {
    @TempDir
    Path folder;

    private static final Map<String, String> BID = Map.of("bid", "price_right");

    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    private static AsofJoin asof(AsOf.Direction direction, boolean exact, AsOf.Tie tie) {
        return asof(direction, exact, tie, Tolerance.within(span("1s")));
    }

    private static AsofJoin asof(AsOf.Direction direction, boolean exact, AsOf.Tie tie, Tolerance tolerance) {
        var on = AsofJoin.on("ts", List.of("symbol"));
        return new AsofJoin(
                "ts",
                "ts",
                List.of("symbol"),
                List.of("symbol"),
                direction,
                tolerance,
                exact,
                "_right",
                true,
                false,
                AsofJoin.How.LEFT,
                tie,
                on.nullBy());
    }

    private static ViewCase nearest(
            String name, AsOf.Direction direction, boolean exact, AsOf.Tie tie, ViewSpec.Policy policy) {
        var around = new Around.Nearest(
                direction, Duration.ofSeconds(1), exact, tie, Around.Nearest.NullKeys.MATCH, ViewSpec.AsOf.Match.LEFT);
        long after = around.after().toNanos() / 1_000;
        return ViewCase.lookup(name, around, after, policy, BID, asof(direction, exact, tie));
    }

    private static ViewCase without(ViewCase all, ViewSpec inner) {
        return new ViewCase(inner, all.columns(), all.end(), all.closed(), (tables, rows, rights) -> {
            var matched = all.oracle().of(tables, rows, rights);
            matched.values().removeIf(cells -> cells.contains("null"));
            return matched;
        });
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms, series may be behind by {3} ms")
    @CsvSource({"1,0,0,0", "2,500,3000,0", "3,0,60000,0", "4,1500,800,0", "5,0,0,60000", "6,500,300,2500"})
    void newestRevisionsAreWhatTheTableOperatorsSayHoweverRowsAreCut(
            long seed, long disorder, long grace, long behind) {
        var cases = new ViewCases(folder, seed, disorder, grace, behind);
        var policy = cases.policy();
        cases.add(nearest("forward", AsOf.Direction.FORWARD, true, AsOf.Tie.LATER, policy));
        cases.add(nearest("after", AsOf.Direction.FORWARD, false, AsOf.Tie.LATER, policy));
        cases.add(nearest("nearest", AsOf.Direction.NEAREST, true, AsOf.Tie.LATER, policy));
        cases.add(nearest("nearest_early", AsOf.Direction.NEAREST, true, AsOf.Tie.EARLIER, policy));
        cases.add(nearest("before", AsOf.Direction.BACKWARD, false, AsOf.Tie.LATER, policy));
        var inner = new Around.Nearest(
                AsOf.Direction.NEAREST,
                Duration.ofSeconds(1),
                true,
                AsOf.Tie.LATER,
                Around.Nearest.NullKeys.MATCH,
                ViewSpec.AsOf.Match.INNER);
        cases.add(without(
                nearest("inner", AsOf.Direction.NEAREST, true, AsOf.Tie.LATER, policy),
                new ViewSpec.Lookup("inner", "trades", "quotes", inner, policy)));
        for (var match : ViewSpec.AsOf.Match.values()) {
            var last = new ViewSpec.AsOf(
                    "last_" + match.name().toLowerCase(Locale.ROOT),
                    "trades",
                    "quotes",
                    Duration.ofSeconds(1),
                    match,
                    policy);
            var all = ViewCase.of(
                    last,
                    0,
                    BID,
                    (tables, rows, rights) ->
                            tables.apply(asof(AsOf.Direction.BACKWARD, true, AsOf.Tie.LATER), rows, rights));
            cases.add(match == ViewSpec.AsOf.Match.LEFT ? all : without(all, last));
        }
        var any = new ViewSpec.AsOf(
                "however_far", "trades", "quotes", ViewSpec.AsOf.ANY_DISTANCE, ViewSpec.AsOf.Match.LEFT, policy);
        var before = new Around.Nearest(
                AsOf.Direction.BACKWARD,
                ViewSpec.AsOf.ANY_DISTANCE,
                false,
                AsOf.Tie.LATER,
                Around.Nearest.NullKeys.MATCH,
                ViewSpec.AsOf.Match.LEFT);
        cases.add(ViewCase.of(
                any,
                0,
                BID,
                (tables, rows, rights) -> tables.apply(
                        asof(AsOf.Direction.BACKWARD, true, AsOf.Tie.LATER, Tolerance.any()), rows, rights)));
        cases.add(ViewCase.lookup(
                "any_before",
                before,
                0,
                policy,
                BID,
                asof(AsOf.Direction.BACKWARD, false, AsOf.Tie.LATER, Tolerance.any())));
        var around = map("n", "count(*)", "top", "max(bid)", "mid", "median(bid)");
        cases.add(ViewCase.lookup(
                "around",
                new Around.Window(Duration.ofMillis(-700), Duration.ofMillis(1_200), Closed.BOTH, around),
                ViewCases.SECOND / 2,
                policy,
                ViewCase.same(around.keySet()),
                new WindowJoin(
                        "ts",
                        "ts",
                        List.of("symbol"),
                        List.of("symbol"),
                        span("1200ms"),
                        span("-700ms"),
                        Closed.BOTH,
                        false,
                        map("n", "count(*)", "top", "max(price)", "mid", "median(price)"))));
        cases.add(ViewCase.lookup(
                "prevailing",
                new Around.Window(Duration.ofMillis(-300), Duration.ofMillis(300), Closed.BOTH, true, around),
                0,
                policy,
                ViewCase.same(around.keySet()),
                new WindowJoin(
                        "ts",
                        "ts",
                        List.of("symbol"),
                        List.of("symbol"),
                        span("300ms"),
                        span("-300ms"),
                        Closed.BOTH,
                        true,
                        map("n", "count(*)", "top", "max(price)", "mid", "median(price)"))));
        cases.hold();
    }
}
