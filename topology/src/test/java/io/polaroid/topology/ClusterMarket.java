package io.polaroid.topology;

import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/** What the instances of the failure test run, and what must be in its topics and stores. */
public final class ClusterMarket {
    public static final int PARTITIONS = 4;

    /** How long rows stay. */
    public static final Duration ROWS_STAY = Duration.ofSeconds(70);

    public static final List<String> VIEWS = List.of("bars_1s", "bars_1m", "vwap_5s", "enriched");

    private static final long SECOND = 1_000_000L;
    private static final Duration DISORDER = Duration.ofMillis(500);
    private static final Duration GRACE = Duration.ofSeconds(3);

    private ClusterMarket() {}

    /** Rows leave after a little more than the longest window, so that restores begin at floors. */
    public static Pipeline pipeline() {
        return keeping(ROWS_STAY);
    }

    private static Pipeline keeping(Duration retention) {
        var market = Market.pipeline(DISORDER, GRACE, PARTITIONS);
        var streams = market.streams().values().stream()
                .map(stream -> new StreamSpec(
                        stream.name(),
                        stream.schema(),
                        stream.key(),
                        stream.time(),
                        stream.id(),
                        retention,
                        stream.checks(),
                        stream.partitions()))
                .toList();
        return Pipeline.of(
                market.application(),
                market.guarantee(),
                market.threads(),
                streams,
                List.copyOf(market.views().values()));
    }

    /** The same with short retentions, so that what is kept stays the same after a while: six minutes of the soak. */
    public static Pipeline soak() {
        var market = keeping(Duration.ofMinutes(40));
        var policy = new ViewSpec.Policy(
                DISORDER, GRACE, Duration.ofMinutes(60), ViewSpec.Emit.COMMIT, ViewSpec.Late.CORRECT);
        var views =
                market.views().values().stream().map(view -> kept(view, policy)).toList();
        return Pipeline.of(
                market.application(),
                market.guarantee(),
                market.threads(),
                List.copyOf(market.streams().values()),
                views);
    }

    private static ViewSpec kept(ViewSpec view, ViewSpec.Policy policy) {
        return switch (view) {
            case ViewSpec.Resample bars ->
                new ViewSpec.Resample(bars.name(), bars.from(), bars.every(), bars.aggregates(), policy);
            case ViewSpec.Rolling rolling ->
                new ViewSpec.Rolling(rolling.name(), rolling.from(), rolling.period(), rolling.aggregates(), policy);
            case ViewSpec.AsOf asOf ->
                new ViewSpec.AsOf(asOf.name(), asOf.from(), asOf.with(), asOf.tolerance(), asOf.match(), policy);
            default -> throw new IllegalArgumentException(view.name() + " is of no kind that the market has");
        };
    }

    /** The cells of a published row that the oracle works out too, as text. */
    public static String cells(String view, IntPredicate isNull, IntFunction<Double> doubles, IntToLongFunction longs) {
        return switch (view) {
            case "bars_1s", "bars_1m" ->
                List.of(doubles.apply(2), doubles.apply(3), doubles.apply(4), doubles.apply(5), longs.applyAsLong(7))
                        .toString();
            case "vwap_5s" -> List.of(doubles.apply(4), longs.applyAsLong(5)).toString();
            default -> isNull.test(10) ? "-1" : String.valueOf(longs.applyAsLong(10));
        };
    }

    /** The answer for one partition: key to cells of a view. */
    public static Map<String, String> expected(
            String view, List<BatchOracle.Tick> trades, List<BatchOracle.Tick> quotes) {
        var oracle = oracle();
        var expected = new TreeMap<String, String>();
        switch (view) {
            case "bars_1s" -> oracle.bars(trades, SECOND).forEach((key, bar) -> expected.put(key, bar(bar)));
            case "bars_1m" -> oracle.bars(trades, 60 * SECOND).forEach((key, bar) -> expected.put(key, bar(bar)));
            case "vwap_5s" ->
                oracle.rolling(trades, 5 * SECOND).forEach((key, cells) -> expected.put(key, cells.toString()));
            default -> {
                var ids = new TreeMap<Long, Long>();
                quotes.forEach(quote -> ids.put(quote.offset(), quote.id().orElseThrow()));
                oracle.asOf(trades, quotes, 2 * SECOND)
                        .forEach((key, offset) -> expected.put(key, String.valueOf(offset < 0 ? -1 : ids.get(offset))));
            }
        }
        return expected;
    }

    private static String bar(List<Object> bar) {
        var cells = new ArrayList<>(bar);
        return List.of(cells.get(0), cells.get(1), cells.get(2), cells.get(3), cells.get(5))
                .toString();
    }

    /** The rows of an input of one partition that are late for a view. */
    public static List<BatchOracle.Tick> late(String view, List<BatchOracle.Tick> ticks) {
        Function<BatchOracle.Tick, Long> end = switch (view) {
            case "bars_1s" -> row -> BatchOracle.start(row.ts(), SECOND) + SECOND;
            case "bars_1m" -> row -> BatchOracle.start(row.ts(), 60 * SECOND) + 60 * SECOND;
            default -> row -> row.ts() + 1;
        };
        return oracle().lateRows(ticks, end);
    }

    private static BatchOracle oracle() {
        return new BatchOracle(DISORDER.toNanos() / 1_000, GRACE.toNanos() / 1_000);
    }
}
