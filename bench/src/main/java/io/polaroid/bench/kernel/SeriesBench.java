package io.polaroid.bench.kernel;

import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.timeseries.aggregate.MovingWindow;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.operator.Rolling;
import java.util.LinkedHashMap;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One as-of match and one rolling result in a series of sorted rows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class SeriesBench {
    private static final int ROWS = 20_000;
    private static final long MILLI = 1_000_000L;

    /** Rows in a window of 60 s. */
    @Param({"10", "100", "1000"})
    private int window = 10;

    private final MovingWindow scratch = plan().open();
    private MovingWindow moving = plan().open();
    private final Rolling rolling = Rolling.over(60_000 * MILLI);
    private final AsOf asOf = AsOf.backward(2_000 * MILLI);
    private SeriesArrays series = new SeriesArrays(new long[0], new double[0], new double[0]);
    private int next;

    private static WindowPlan plan() {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("mean", "mean(price)");
        aggregates.put("sd", "std(price)");
        aggregates.put("low", "min(price)");
        aggregates.put("high", "max(price)");
        aggregates.put("vwap", "sum(price*size)/sum(size)");
        return WindowPlan.of(
                        aggregates, AvroArrow.toArrow(BuiltInSchemas.trade()).orThrow())
                .orThrow();
    }

    /** Makes rows at even distances. */
    @Setup
    public void rows() {
        var random = new SplittableRandom(7);
        var times = new long[ROWS];
        var prices = new double[ROWS];
        var sizes = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            times[i] = i * (60_000 * MILLI / window);
            prices[i] = 100 + random.nextInt(100) / 100.0;
            sizes[i] = random.nextInt(1, 100) / 10.0;
        }
        series = new SeriesArrays(times, prices, sizes);
    }

    private int step() {
        next = next + 1 < ROWS ? next + 1 : window;
        return next;
    }

    /** The last row at or before a time that no row has. */
    @Benchmark
    public int asOf() {
        return asOf.match(series, series.timeNanos(step()) + MILLI, row -> true);
    }

    /** A row comes, and the window moves on to it. */
    @Benchmark
    public @Nullable Object[] rollingOn() {
        int row = next + 1;
        if (row >= ROWS) {
            next = 0;
            row = 1;
            moving.clear();
        }
        next = row;
        long time = series.timeNanos(row);
        moving.add(series.row(row), time, row);
        moving.moveTo(time - rolling.periodNanos(), time);
        return moving.finish();
    }

    /** The window of a row, aggregated anew. */
    @Benchmark
    public @Nullable Object[] rolling() {
        return rolling.evaluate(scratch, series, series.timeNanos(step()), row -> true);
    }
}
