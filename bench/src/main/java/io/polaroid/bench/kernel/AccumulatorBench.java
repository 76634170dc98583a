package io.polaroid.bench.kernel;

import io.polaroid.bench.workload.Bar;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.LinkedHashMap;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One row into the running aggregates of a bar, and a bar out of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class AccumulatorBench {
    private static final int ROWS = 1_000;
    private static final long SECOND = 1_000_000_000L;

    private final AggregatePlan plan = plan();
    private final ArraySlots slots = new ArraySlots(plan.doubleSlots(), plan.longSlots());
    private final ArrayRow[] rows = rows();

    private static AggregatePlan plan() {
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("open", "first(price)");
        aggregates.put("high", "max(price)");
        aggregates.put("low", "min(price)");
        aggregates.put("close", "last(price)");
        aggregates.put("volume", "sum(size)");
        aggregates.put("count", "count(price)");
        aggregates.put("vwap", "sum(price*size)/sum(size)");
        return AggregatePlan.of(
                        aggregates, AvroArrow.toArrow(BuiltInSchemas.trade()).orThrow())
                .orThrow();
    }

    private static ArrayRow[] rows() {
        var random = new SplittableRandom(7);
        var rows = new ArrayRow[ROWS];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = ArrayRow.of(
                    "S042", 1_000L * i, 100 + random.nextInt(100) / 100.0, random.nextInt(1, 100) / 10.0, null);
        }
        return rows;
    }

    /** Per row, with one bar for a thousand rows. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public @Nullable Object[] polaroid() {
        plan.reset(slots);
        for (int i = 0; i < ROWS; i++) {
            plan.update(slots, rows[i], i * SECOND, i);
        }
        return plan.finish(slots);
    }

    /** The same by hand, with plain sums. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public Bar hand() {
        var bar = new Bar();
        for (int i = 0; i < ROWS; i++) {
            bar.add(i, rows[i].doubleAt(2), rows[i].doubleAt(3));
        }
        return bar;
    }
}
