package io.polaroid.bench.heap;

import io.polaroid.launcher.cli.Console;
import io.polaroid.timeseries.batch.AsofJoin;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.EwmBy;
import io.polaroid.timeseries.batch.GroupBy;
import io.polaroid.timeseries.batch.Lag;
import io.polaroid.timeseries.batch.Resample;
import io.polaroid.timeseries.batch.RollingTime;
import io.polaroid.timeseries.batch.Sessions;
import io.polaroid.timeseries.batch.Target;
import io.polaroid.timeseries.time.Span;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How many bytes of the heap operators need for each row: the least heap, found by halving, in which a process gets through a table. The
 * bounds of {@link BatchOperator#heapBytesOfRow} and of distinct keys lie above what this prints.
 *
 * <p>Arguments: rows (3000000), series (1000). With as many series as rows it is what keys cost.
 */
public final class LeastHeap {
    private static final int MOST_MEGABYTES = 1_600;
    private static final int STEP_MEGABYTES = 20;
    private static final List<String> BY = List.of("symbol");

    private LeastHeap() {}

    /** Measures, or with the name of an operator as third argument runs it once. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3_000_000;
        int series = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
        if (arguments.length > 2) {
            run(operator(arguments[2]), rows, series);
            return;
        }
        var console = Console.ofProcess();
        for (String name : operators().keySet()) {
            long megabytes = least(name, rows, series);
            console.line(String.format(
                    "%-10s %,d rows of %,d series: %d MB, %d bytes a row",
                    name, rows, series, megabytes, (megabytes << 20) / rows));
        }
    }

    private static BatchOperator operator(String name) {
        var operators = operators();
        return Optional.ofNullable(operators.get(name))
                .orElseThrow(() -> new IllegalArgumentException(name + " is none of " + operators.keySet()));
    }

    private static SequencedMap<String, BatchOperator> operators() {
        var minute = Span.parse("60s").orThrow();
        var operators = new LinkedHashMap<String, BatchOperator>();
        operators.put(
                "ohlcv",
                Resample.of("ts", minute)
                        .aggregates(aggregates(Map.of("h", "max(price)", "c", "last(price)")))
                        .groupBy(BY));
        operators.put(
                "median",
                Resample.of("ts", minute)
                        .aggregates(aggregates(Map.of("m", "median(price)")))
                        .groupBy(BY));
        operators.put("rolling", RollingTime.of("ts", minute, BY, aggregates(Map.of("m", "mean(price)"))));
        operators.put(
                "rolling4",
                RollingTime.of(
                        "ts",
                        minute,
                        BY,
                        aggregates(
                                Map.of("m", "mean(price)", "h", "max(price)", "s", "sum(price)", "d", "std(price)"))));
        operators.put("asof", AsofJoin.on("ts", BY));
        operators.put("group", new GroupBy(BY, aggregates(Map.of("s", "sum(price)", "h", "max(price)"))));
        operators.put("lag", Lag.of(1, BY, List.of(Target.of("price"))));
        operators.put("ewm", new EwmBy("ts", minute, BY, List.of(Target.of("price"))));
        operators.put("sessions", new Sessions("ts", minute, BY, aggregates(Map.of("m", "mean(price)"))));
        return Collections.unmodifiableSequencedMap(operators);
    }

    private static SequencedMap<String, String> aggregates(Map<String, String> of) {
        return new LinkedHashMap<>(of);
    }

    private static void run(BatchOperator operator, int rows, int series) {
        try (BufferAllocator allocator = new RootAllocator();
                var table = HeapTable.of(rows, series, allocator);
                var result = operator.apply(Collections.nCopies(operator.inputs(), table), allocator)
                        .orThrow()) {
            Console.ofProcess().line(result.getRowCount() + " rows");
        }
    }

    private static long least(String name, int rows, int series) throws IOException, InterruptedException {
        int low = 0;
        int high = MOST_MEGABYTES;
        while (high - low > STEP_MEGABYTES) {
            int middle = (low + high) / 2;
            if (getsThrough(name, rows, series, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static boolean getsThrough(String name, int rows, int series, int megabytes)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-XX:MaxDirectMemorySize=4g", "-XX:+ExitOnOutOfMemoryError", "-Xmx" + megabytes + "m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LeastHeap.class.getName()));
        command.addAll(List.of(Integer.toString(rows), Integer.toString(series), name));
        return new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
