package io.polaroid.timeseries.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.Allocators;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.ThreadWorkers;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.window.Statistic;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that are large enough to be worked on in parts: how rows lie and who works on them changes no bit. */
@ExtendWith(Allocators.class)
class LargeTablesTest {
    private static final int ROWS = 200_000;
    private static final long SECOND = 1_000_000L;
    private static final Workers THREE = new ThreadWorkers(ForkJoinPool.commonPool(), 3);

    private record Trades(long[] times, String[] symbols, Double[] prices) {
        static Trades random(Gen gen) {
            long[] times = new long[ROWS];
            String[] symbols = new String[ROWS];
            Double[] prices = new Double[ROWS];
            long time = -1_000 * SECOND;
            for (int row = 0; row < ROWS; row++) {
                // Now and then a pause of some windows, and rows at the edges of windows.
                time += gen.oneIn(20_000) ? 400 * SECOND : gen.oneIn(4) ? 0 : gen.between(0, 40_000);
                time = gen.oneIn(500) ? Math.ceilDiv(time, 60 * SECOND) * 60 * SECOND : time;
                times[row] = time;
                symbols[row] = "SYM" + gen.below(20);
                prices[row] = gen.oneIn(50) ? null : (Double) (100 + gen.between(-9_999, 9_999) / 1e4);
            }
            return new Trades(times, symbols, prices);
        }

        VectorSchemaRoot table(int[] order, BufferAllocator allocator) {
            try (Tables tables = Tables.in(allocator)) {
                return tables.add(
                                "ts",
                                Tables.time(TimeUnit.MICROSECOND, "UTC"),
                                Arrays.stream(order).mapToObj(row -> times[row]).toList())
                        .add(
                                "symbol",
                                Tables.TEXT,
                                Arrays.stream(order)
                                        .mapToObj(row -> symbols[row])
                                        .toList())
                        .add(
                                "price",
                                Tables.FLOAT,
                                Arrays.stream(order)
                                        .mapToObj(row -> prices[row])
                                        .toList())
                        .table();
            }
        }

        int[] asTheyCame() {
            return IntStream.range(0, ROWS).toArray();
        }

        int[] bySymbol() {
            return IntStream.range(0, ROWS)
                    .boxed()
                    .sorted(Comparator.comparing(row -> symbols[row]))
                    .mapToInt(row -> row)
                    .toArray();
        }
    }

    private static Resample bars(Closed closed) {
        var aggregates = new LinkedHashMap<String, String>();
        for (String each : List.of("first", "last", "min", "max", "sum", "std", "count", "n_unique")) {
            aggregates.put(each, each + "(price)");
        }
        Span minute = Span.parse("1m").orThrow();
        Span period = closed == Closed.BOTH ? Span.parse("50s").orThrow() : minute;
        return Resample.of("ts", minute)
                .groupBy(List.of("symbol"))
                .windows(Windows.every(minute)
                        .period(period)
                        .closed(closed)
                        .offset(Span.parse("-7s").orThrow()))
                .boundaries(Boundaries.INCLUDED)
                .label(Label.DATAPOINT)
                .aggregates(aggregates);
    }

    @ParameterizedTest
    @EnumSource
    void barsDoNotDependOnHowSeriesLieOrWhoMakesThem(Closed closed, BufferAllocator allocator) {
        var trades = Trades.random(Gen.of(closed.ordinal() + 1));
        Resample all = bars(closed);
        var withoutDistinct = new LinkedHashMap<>(all.aggregates());
        withoutDistinct.remove("n_unique");
        try (VectorSchemaRoot inOrder = trades.table(trades.asTheyCame(), allocator);
                VectorSchemaRoot apart = trades.table(trades.bySymbol(), allocator)) {
            for (Resample resample : List.of(all, all.aggregates(withoutDistinct))) {
                try (VectorSchemaRoot expected =
                                resample.apply(List.of(apart), allocator).orThrow();
                        VectorSchemaRoot byOne =
                                resample.apply(List.of(inOrder), allocator).orThrow();
                        VectorSchemaRoot byThree = resample.apply(List.of(inOrder), allocator, THREE)
                                .orThrow()) {
                    var rows = Tables.rows(expected);
                    assertThat(rows).hasSizeGreaterThan(1_000);
                    assertThat(Tables.rows(byOne)).isEqualTo(rows);
                    assertThat(Tables.rows(byThree)).isEqualTo(rows);
                }
            }
        }
    }

    @Test
    void aSeriesOutOfOrderIsStillRefused(BufferAllocator allocator) {
        var trades = Trades.random(Gen.of(9));
        int[] order = trades.asTheyCame();
        order[ROWS - 1] = 0;
        order[0] = ROWS - 1;
        trades.symbols()[0] = trades.symbols()[ROWS - 1];
        try (VectorSchemaRoot table = trades.table(order, allocator)) {
            assertThat(bars(Closed.LEFT).apply(List.of(table), allocator, THREE).toString())
                    .contains("does not ascend at row");
        }
    }

    @Test
    void rollingMeansDoNotDependOnHowSeriesLieOrWhoMakesThem(BufferAllocator allocator) {
        var trades = Trades.random(Gen.of(5));
        var rolling = new RollingRows(
                Frame.By.of("ts", Span.parse("30s").orThrow()),
                List.of("symbol"),
                List.of(Output.of("mean", new Statistic.Mean(), "price"), Output.of("n", new Statistic.Count(), "ts")));
        int[] apart = trades.bySymbol();
        try (VectorSchemaRoot inOrder = trades.table(trades.asTheyCame(), allocator);
                VectorSchemaRoot bySymbol = trades.table(apart, allocator);
                VectorSchemaRoot expected = rolling.apply(List.of(bySymbol), allocator, Workers.INLINE)
                        .orThrow();
                VectorSchemaRoot byThree =
                        rolling.apply(List.of(inOrder), allocator, THREE).orThrow()) {
            for (String name : List.of("mean", "n")) {
                Column sorted = Column.of(expected.getVector(name));
                Column found = Column.of(byThree.getVector(name));
                for (int at = 0; at < ROWS; at++) {
                    assertThat(found.valueAt(apart[at])).isEqualTo(sorted.valueAt(at));
                }
            }
        }
    }
}
