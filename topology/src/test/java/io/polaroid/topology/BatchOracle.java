package io.polaroid.topology;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the views must hold in the end, worked out anew from the list of records, row by row and without any code of the
 * product: rules 1, 3 and 5 written as plainly as possible.
 */
public final class BatchOracle {
    private final long disorder;
    private final long grace;

    public BatchOracle(long disorderMicros, long graceMicros) {
        this.disorder = disorderMicros;
        this.grace = graceMicros;
    }

    /** A row as it stands in the topic. */
    public record Tick(String symbol, long ts, double a, double b, Optional<Long> id, long offset) {}

    /** A row with what its partition's progress was before it. */
    private record Seen(Tick tick, long progressBefore) {}

    /** The rows of one topic that are not duplicates, and the progress after them. */
    private record Topic(List<Seen> rows, long progress) {}

    private static Topic topic(List<Tick> ticks) {
        var rows = new ArrayList<Seen>();
        var ids = new HashSet<String>();
        long progress = Long.MIN_VALUE;
        for (Tick tick : ticks) {
            if (tick.id().isEmpty() || ids.add(tick.symbol() + "/" + tick.id().get())) {
                rows.add(new Seen(tick, progress));
                progress = Math.max(progress, tick.ts());
            }
        }
        return new Topic(rows, progress);
    }

    private boolean late(long end, long progress) {
        return progress != Long.MIN_VALUE && progress >= end + disorder && progress >= end + disorder + grace;
    }

    private boolean closed(long end, long progress) {
        return progress != Long.MIN_VALUE && progress >= end + disorder;
    }

    private List<Tick> accepted(Topic topic, Function<Tick, Long> end) {
        return topic.rows().stream()
                .filter(row -> !late(end.apply(row.tick()), row.progressBefore()))
                .map(Seen::tick)
                .sorted(Comparator.comparingLong(Tick::ts).thenComparingLong(Tick::offset))
                .toList();
    }

    /** symbol/start to [open, high, low, close, volume, count, vwap]. */
    public Map<String, List<Object>> bars(List<Tick> trades, long every) {
        var topic = topic(trades);
        var groups = new TreeMap<String, List<Tick>>();
        for (Tick tick : accepted(topic, row -> start(row.ts(), every) + every)) {
            if (closed(start(tick.ts(), every) + every, topic.progress())) {
                groups.computeIfAbsent(tick.symbol() + "/" + start(tick.ts(), every), key -> new ArrayList<>())
                        .add(tick);
            }
        }
        var bars = new TreeMap<String, List<Object>>();
        groups.forEach((key, rows) -> bars.put(key, bar(rows)));
        return bars;
    }

    private static List<Object> bar(List<Tick> rows) {
        double volume = sum(rows, Tick::b);
        return List.of(
                rows.getFirst().a(),
                rows.stream().mapToDouble(Tick::a).max().orElseThrow(),
                rows.stream().mapToDouble(Tick::a).min().orElseThrow(),
                rows.getLast().a(),
                volume,
                (long) rows.size(),
                sum(rows, row -> row.a() * row.b()) / volume);
    }

    /** symbol/ts/offset to [vwap, n]. */
    public Map<String, List<Object>> rolling(List<Tick> trades, long period) {
        var topic = topic(trades);
        var rows = accepted(topic, row -> row.ts() + 1);
        var results = new TreeMap<String, List<Object>>();
        for (Tick tick : rows) {
            if (closed(tick.ts() + 1, topic.progress())) {
                var window = rows.stream()
                        .filter(row -> row.symbol().equals(tick.symbol())
                                && row.ts() > tick.ts() - period
                                && row.ts() <= tick.ts())
                        .toList();
                results.put(id(tick), List.of(sum(window, row -> row.a() * row.b()) / sum(window, Tick::b), (long)
                        window.size()));
            }
        }
        return results;
    }

    /** symbol/ts/offset of the trade to the offset of its quote, -1 for none. */
    public Map<String, Long> asOf(List<Tick> trades, List<Tick> quotes, long tolerance) {
        var left = topic(trades);
        var right = topic(quotes);
        long progress = Math.min(left.progress(), right.progress());
        var rights = new HashMap<String, List<Tick>>();
        accepted(right, row -> row.ts() + 1)
                .forEach(row -> rights.computeIfAbsent(row.symbol(), key -> new ArrayList<>())
                        .add(row));
        var results = new TreeMap<String, Long>();
        for (Tick tick : accepted(left, row -> row.ts() + 1)) {
            if (closed(tick.ts() + 1, progress)) {
                long match = -1;
                for (Tick quote : rights.getOrDefault(tick.symbol(), List.of())) {
                    if (quote.ts() <= tick.ts() && quote.ts() >= tick.ts() - tolerance) {
                        match = quote.offset();
                    }
                }
                results.put(id(tick), match);
            }
        }
        return results;
    }

    /** How many rows are late for a view whose windows end so. */
    public long late(List<Tick> ticks, Function<Tick, Long> end) {
        return lateRows(ticks, end).size();
    }

    /** The rows that are late for a view whose windows end so. */
    public List<Tick> lateRows(List<Tick> ticks, Function<Tick, Long> end) {
        return topic(ticks).rows().stream()
                .filter(row -> late(end.apply(row.tick()), row.progressBefore()))
                .map(Seen::tick)
                .toList();
    }

    /** How many rows are duplicates. */
    public static long duplicates(List<Tick> ticks) {
        return ticks.size() - topic(ticks).rows().size();
    }

    static String id(Tick tick) {
        return tick.symbol() + "/" + tick.ts() + "/" + tick.offset();
    }

    public static long start(long ts, long every) {
        return ts - Math.floorMod(ts, every);
    }

    private static double sum(List<Tick> rows, java.util.function.ToDoubleFunction<Tick> value) {
        return rows.stream()
                .map(row -> new BigDecimal(value.applyAsDouble(row)))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }
}
