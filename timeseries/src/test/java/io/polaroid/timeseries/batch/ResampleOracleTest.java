package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.DuckDb;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.column.ThreadWorkers;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.time.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Resampling against a row-by-row twin that shares the aggregates of streams, and against DuckDB. */
@ExtendWith(Allocators.class)
class ResampleOracleTest {
    private static final ArrowType TIME = Tables.time(TimeUnit.MICROSECOND, "UTC");

    private record Trade(long ts, String symbol, Double price, Double size, Long lots) {
        Object[] cells() {
            return new Object[] {ts, symbol, price, size, lots};
        }
    }

    private static List<Trade> trades(Gen gen, int most, long step) {
        var trades = new ArrayList<Trade>();
        long time = gen.between(-20, 20) * step;
        for (int i = gen.below(most); i > 0; i--) {
            time += gen.oneIn(3) ? 0 : gen.between(0, 2 * step);
            trades.add(new Trade(
                    time,
                    gen.oneIn(9) ? null : gen.pick("A", "B", "CC"),
                    gen.oneIn(7) ? null : (Double) (100 + gen.between(-300, 300) / 100.0),
                    gen.oneIn(7) ? null : (Double) (gen.between(1, 5_000) / 1000.0),
                    gen.oneIn(7) ? null : (Long) gen.between(-9, 9)));
        }
        return trades;
    }

    private static VectorSchemaRoot table(List<Trade> trades, BufferAllocator allocator) {
        try (Tables tables = Tables.in(allocator)) {
            return tables.add("ts", TIME, trades.stream().map(Trade::ts).toList())
                    .add(
                            "symbol",
                            Tables.TEXT,
                            trades.stream().map(Trade::symbol).toList())
                    .add(
                            "price",
                            Tables.FLOAT,
                            trades.stream().map(Trade::price).toList())
                    .add("size", Tables.FLOAT, trades.stream().map(Trade::size).toList())
                    .add("lots", Tables.WHOLE, trades.stream().map(Trade::lots).toList())
                    .table();
        }
    }

    private static SequencedMap<String, String> outputs(String... expressions) {
        var outputs = new LinkedHashMap<String, String>();
        for (String expression : expressions) {
            outputs.put(expression, expression);
        }
        return outputs;
    }

    private static final SequencedMap<String, String> SHARED = outputs(
            "corr(price, lots + size)",
            "cov(size, price) / 2",
            "cov(lots, size)",
            "count(*)",
            "count(price)",
            "first(price)",
            "max(price)",
            "min(price)",
            "last(price)",
            "sum(price)",
            "mean(price)",
            "std(price)",
            "var(size)",
            "sum(lots)",
            "min(lots)",
            "last(lots)",
            "mean(lots)",
            "first(ts)",
            "vwap(price, size)",
            "first(price * 2 + 1)",
            "max(lots + 1)",
            "sum(price / size - 3)",
            "count(price) % 2",
            "max(price) > 101 or min(lots) is null",
            "sum(case when lots > 0 then size else 0 end)");

    /** The twin: all windows one after the other, all rows for each. */
    private static List<List<Object>> naive(List<Trade> trades, Windows windows, Label label, AggregatePlan plan) {
        var rows = new ArrayList<List<Object>>();
        var symbols = new LinkedHashSet<String>();
        trades.forEach(trade -> symbols.add(trade.symbol()));
        var ordered = new ArrayList<>(symbols);
        ordered.sort(Comparator.nullsLast(Comparator.comparing(String::length).thenComparing(s -> s)));
        long every = windows.every().nanos() / 1000;
        long period = windows.period().nanos() / 1000;
        for (String symbol : ordered) {
            List<Trade> own = trades.stream()
                    .filter(t -> Objects.equals(t.symbol(), symbol))
                    .toList();
            long start = Math.floorDiv(own.getFirst().ts(), every) * every
                    + windows.offset().nanos() / 1000;
            while (isBehind(own.getFirst().ts(), start, windows.closed())) {
                start -= every;
            }
            for (; start <= own.getLast().ts(); start += every) {
                var state = new ArraySlots(plan.doubleSlots(), plan.longSlots());
                plan.reset(state);
                Trade first = null;
                for (int i = 0; i < trades.size(); i++) {
                    Trade trade = trades.get(i);
                    if (Objects.equals(trade.symbol(), symbol)
                            && isIn(trade.ts(), start, start + period, windows.closed())) {
                        first = first == null ? trade : first;
                        plan.update(state, new ArrayRow(trade.cells()), trade.ts(), i);
                    }
                }
                if (first != null) {
                    var row = new ArrayList<Object>();
                    row.add(symbol);
                    row.add(start);
                    row.add(start + period);
                    row.add(label == Label.LEFT ? start : label == Label.RIGHT ? start + period : first.ts());
                    row.addAll(Arrays.asList(plan.finish(state)));
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static boolean isBehind(long time, long start, Closed closed) {
        return closed == Closed.LEFT || closed == Closed.BOTH ? start > time : start >= time;
    }

    private static boolean isIn(long time, long start, long end, Closed closed) {
        return switch (closed) {
            case LEFT -> time >= start && time < end;
            case RIGHT -> time > start && time <= end;
            case BOTH -> time >= start && time <= end;
            case NONE -> time > start && time < end;
        };
    }

    @Test
    void givesTheBitsOfAStream(BufferAllocator allocator) {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Workers workers = new ThreadWorkers(threads, 2);
            Gen.forSeeds(300, gen -> {
                long second = 1_000_000;
                long step = gen.pick(1L, second / 10, second);
                List<Trade> trades = trades(gen, 40, step);
                Span every = Span.ofNanos(step * 1_000 * gen.between(1, 9));
                Span period = gen.oneIn(2)
                        ? every
                        : Span.ofNanos(Math.max(1, every.nanos() / 1_000 * gen.between(1, 5) / 2) * 1_000);
                var windows = Windows.every(every)
                        .period(period)
                        .offset(Span.ofNanos(gen.oneIn(2) ? 0 : gen.between(0, 3) * step / 2 * 1_000))
                        .closed(gen.pick(Closed.values()));
                Label label = gen.pick(Label.values());
                var resample = Resample.of("ts", every)
                        .windows(windows)
                        .label(label)
                        .boundaries(Boundaries.INCLUDED)
                        .groupBy(List.of("symbol"))
                        .aggregates(SHARED);
                try (VectorSchemaRoot table = table(trades, allocator)) {
                    AggregatePlan plan =
                            AggregatePlan.of(SHARED, table.getSchema()).orThrow();
                    List<List<Object>> expected = naive(trades, windows, label, plan);
                    try (VectorSchemaRoot result =
                            resample.apply(List.of(table), allocator).orThrow()) {
                        assertThat(Tables.rows(result)).isEqualTo(expected);
                    }
                    try (VectorSchemaRoot result =
                            resample.apply(List.of(table), allocator, workers).orThrow()) {
                        assertThat(Tables.rows(result)).isEqualTo(expected);
                    }
                }
            });
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void agreesWithDuckDb(BufferAllocator allocator) {
        SequencedMap<String, String> outputs = outputs(
                "count(*)",
                "sum(lots)",
                "avg(price)",
                "min(price)",
                "max(size)",
                "std(price)",
                "median(price)",
                "quantile(size, 0.9, 'linear')",
                "n_unique(lots)",
                "first(price)",
                "last(size)",
                "cov(price, lots)",
                "corr(size, lots)",
                "sum(price * size) / sum(size)");
        String select = String.join(", ", outputs.sequencedKeySet())
                .replace("std(", "stddev_samp(")
                .replace("quantile(size, 0.9, 'linear')", "quantile_cont(size, 0.9)")
                .replace("cov(price, lots)", "covar_samp(price, lots)")
                .replace("corr(size, lots)", "CASE WHEN regr_count(size, lots) > 1 THEN corr(size, lots) END")
                .replace("n_unique(lots)", "count(DISTINCT lots) + max(CASE WHEN lots IS NULL THEN 1 ELSE 0 END)")
                .replace("first(price)", "arg_min(price, (ts, o)) FILTER (price IS NOT NULL)")
                .replace("last(size)", "arg_max(size, (ts, o)) FILTER (size IS NOT NULL)")
                .replaceAll("sum\\([^()]*\\)", "coalesce($0, 0)");
        try (DuckDb db = DuckDb.open()) {
            Gen.forSeeds(20, gen -> {
                List<Trade> trades = trades(gen, 300, 10_000_000);
                db.run("CREATE OR REPLACE TABLE t (ts BIGINT, symbol VARCHAR, price DOUBLE, size DOUBLE, lots BIGINT,"
                        + " o BIGINT)");
                var rows = new ArrayList<Object[]>();
                for (int i = 0; i < trades.size(); i++) {
                    var cells = new ArrayList<>(Arrays.asList(trades.get(i).cells()));
                    cells.add((long) i);
                    rows.add(cells.toArray());
                }
                db.insert("t", rows);
                List<List<Object>> expected =
                        db.query("SELECT symbol, epoch_us(time_bucket(INTERVAL 1 MINUTE, make_timestamp(ts)))" + " b, "
                                + select + " FROM t GROUP BY symbol, b ORDER BY length(symbol) NULLS LAST, symbol, b");
                var resample = Resample.of("ts", Span.parse("1m").orThrow())
                        .groupBy(List.of("symbol"))
                        .aggregates(outputs);
                try (VectorSchemaRoot table = table(trades, allocator);
                        VectorSchemaRoot result =
                                resample.apply(List.of(table), allocator).orThrow()) {
                    List<List<Object>> ours = Tables.rows(result);
                    assertThat(ours).hasSameSizeAs(expected);
                    for (int i = 0; i < ours.size(); i++) {
                        for (int column = 0; column < ours.get(i).size(); column++) {
                            same(ours.get(i).get(column), expected.get(i).get(column));
                        }
                    }
                }
            });
        }
    }

    private static void same(Object ours, Object theirs) {
        if (ours instanceof Double a && theirs instanceof Double b) {
            if (a.isNaN() || b.isNaN()) {
                assertThat(a).isEqualTo(b);
            } else {
                assertThat(a).isCloseTo(b, Offset.offset(1e-9 * Math.max(1, Math.abs(b))));
            }
        } else if (ours instanceof Long a && theirs instanceof Number b) {
            assertThat(a).isEqualTo(b.longValue());
        } else {
            assertThat(ours).isEqualTo(theirs);
        }
    }

    @Test
    void doesNotMindHowSeriesAreMixed(BufferAllocator allocator) {
        Gen.forSeeds(50, gen -> {
            List<Trade> trades = trades(gen, 80, 1_000_000);
            var sorted = new ArrayList<>(trades);
            sorted.sort(Comparator.comparing(Trade::symbol, Comparator.nullsFirst(Comparator.reverseOrder())));
            var resample = Resample.of("ts", Span.parse("2s").orThrow())
                    .windows(Windows.every(Span.parse("2s").orThrow())
                            .period(Span.parse(gen.pick("2s", "5s")).orThrow()))
                    .groupBy(List.of("symbol"))
                    .aggregates(SHARED);
            try (VectorSchemaRoot mixed = table(trades, allocator);
                    VectorSchemaRoot apart = table(sorted, allocator);
                    VectorSchemaRoot a =
                            resample.apply(List.of(mixed), allocator).orThrow();
                    VectorSchemaRoot b =
                            resample.apply(List.of(apart), allocator).orThrow()) {
                assertThat(Tables.rows(a)).isEqualTo(Tables.rows(b));
            }
        });
    }
}
