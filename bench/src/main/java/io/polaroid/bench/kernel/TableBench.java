package io.polaroid.bench.kernel;

import io.polaroid.query.operator.FilterRows;
import io.polaroid.timeseries.batch.AsofJoin;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.Frame;
import io.polaroid.timeseries.batch.Output;
import io.polaroid.timeseries.batch.Resample;
import io.polaroid.timeseries.batch.RollingRows;
import io.polaroid.timeseries.batch.Tolerance;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.window.Statistic;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a row of a table costs, on one thread: bars, a rolling mean, an as-of join, a filter. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class TableBench {
    private static final int ROWS = 1_000_000;
    private static final Span MINUTE = Span.parse("60s").orThrow();

    /** Series in the table, whose rows come in any order of them. */
    @Param({"1", "1000"})
    private int series = 1;

    private final BufferAllocator allocator = new RootAllocator();
    private VectorSchemaRoot trades = VectorSchemaRoot.of();
    private VectorSchemaRoot quotes = VectorSchemaRoot.of();

    /** Makes an hour of trades and quotes. */
    @Setup
    public void tables() {
        trades = table(7);
        quotes = table(8);
    }

    /** Gives the tables up. */
    @TearDown
    public void close() {
        trades.close();
        quotes.close();
        allocator.close();
    }

    private VectorSchemaRoot table(long seed) {
        var random = new SplittableRandom(seed);
        var times = new TimeStampNanoVector("ts", allocator);
        var symbols = new VarCharVector("symbol", allocator);
        var prices = new Float8Vector("price", allocator);
        var sizes = new Float8Vector("size", allocator);
        long time = 0;
        for (int row = 0; row < ROWS; row++) {
            time += random.nextInt(1, 7_200_000);
            times.setSafe(row, time);
            symbols.setSafe(row, "SYM%04d".formatted(random.nextInt(series)).getBytes(StandardCharsets.UTF_8));
            prices.setSafe(row, 100 + random.nextInt(10_000) / 1e4);
            sizes.setSafe(row, random.nextInt(1, 1_000));
        }
        List<FieldVector> columns = List.of(times, symbols, prices, sizes);
        columns.forEach(column -> column.setValueCount(ROWS));
        return new VectorSchemaRoot(columns.stream().map(FieldVector::getField).toList(), columns, ROWS);
    }

    private int rows(BatchOperator operator, List<VectorSchemaRoot> inputs) {
        try (VectorSchemaRoot result =
                operator.apply(inputs, allocator, Workers.INLINE).orThrow()) {
            return result.getRowCount();
        }
    }

    /** Open, high, low, close and volume of each minute. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int resample() {
        var bars = new LinkedHashMap<String, String>();
        bars.put("open", "first(price)");
        bars.put("high", "max(price)");
        bars.put("low", "min(price)");
        bars.put("close", "last(price)");
        bars.put("volume", "sum(size)");
        return rows(Resample.of("ts", MINUTE).groupBy(List.of("symbol")).aggregates(bars), List.of(trades));
    }

    /** The mean of the last minute at each row. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int rolling() {
        var mean = Output.of("mean", new Statistic.Mean(), "price");
        return rows(new RollingRows(Frame.By.of("ts", MINUTE), List.of("symbol"), List.of(mean)), List.of(trades));
    }

    /** The last row of another table at most two seconds back. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int asof() {
        var tolerance = Tolerance.within(Span.parse("2s").orThrow());
        return rows(AsofJoin.on("ts", List.of("symbol")).tolerance(tolerance), List.of(trades, quotes));
    }

    /** Half of the rows, and two columns of them. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int filter() {
        return rows(new FilterRows(Expr.parse("size > 500").orThrow(), List.of("ts", "price")), List.of(trades));
    }
}
