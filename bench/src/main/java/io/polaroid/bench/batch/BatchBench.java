package io.polaroid.bench.batch;

import io.polaroid.bench.child.Ticks;
import io.polaroid.query.operator.FilterRows;
import io.polaroid.query.run.KernelThreads;
import io.polaroid.timeseries.batch.AsofJoin;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.batch.Frame;
import io.polaroid.timeseries.batch.Output;
import io.polaroid.timeseries.batch.Resample;
import io.polaroid.timeseries.batch.RollingRows;
import io.polaroid.timeseries.batch.Tolerance;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.window.Statistic;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;

/**
 * Runs one operator several times over tables that are in memory, and prints a line of JSON for each run: seconds, CPU seconds, peak
 * resident memory in MB above that of the loaded tables, and a check sum.
 *
 * <p>Arguments: the operator, trades.arrow, quotes.arrow, runs, threads.
 */
public final class BatchBench {
    private final PrintStream out;

    private BatchBench(PrintStream out) {
        this.out = out;
    }

    /** Entry point. */
    public static void main(String[] arguments) throws IOException {
        var bench = new BatchBench(System.out);
        int threads = Integer.parseInt(arguments[4]);
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot trades = read(Path.of(arguments[1]), allocator);
                VectorSchemaRoot quotes = read(Path.of(arguments[2]), allocator)) {
            try (KernelThreads workers = KernelThreads.of(threads)) {
                bench.run(arguments[0], trades, quotes, Integer.parseInt(arguments[3]), workers, allocator);
            }
        }
    }

    private void run(
            String name,
            VectorSchemaRoot trades,
            VectorSchemaRoot quotes,
            int runs,
            Workers workers,
            BufferAllocator allocator)
            throws IOException {
        BatchOperator operator = operator(name);
        List<VectorSchemaRoot> inputs = operator.inputs() == 1 ? List.of(trades) : List.of(trades, quotes);
        for (int run = 0; run < runs; run++) {
            System.gc();
            long held = resetPeak();
            double cpu = CpuTime.seconds();
            long started = Ticks.nanos();
            try (VectorSchemaRoot result =
                    operator.apply(inputs, allocator, workers).orThrow()) {
                double seconds = (Ticks.nanos() - started) / 1e9;
                out.printf(
                        Locale.ROOT,
                        "{\"run\": %d, \"seconds\": %.6f, \"cpu\": %.6f, \"mb\": %d, \"rows\": %d, \"checks\": %s}%n",
                        run,
                        seconds,
                        CpuTime.seconds() - cpu,
                        memory("VmHWM") - held,
                        result.getRowCount(),
                        checkSums(result, computed(name)));
            }
        }
    }

    private static BatchOperator operator(String name) {
        Span minute = Span.parse("60s").orThrow();
        return switch (name) {
            case "rolling" ->
                new RollingRows(
                        Frame.By.of("ts", minute),
                        List.of("symbol"),
                        List.of(Output.of("mean", new Statistic.Mean(), "price")));
            case "asof" ->
                AsofJoin.on("ts", List.of("symbol"))
                        .tolerance(Tolerance.within(Span.parse("2s").orThrow()));
            case "ohlcv" -> Resample.of("ts", minute).groupBy(List.of("symbol")).aggregates(bars());
            case "filter" -> new FilterRows(Expr.parse("size > 500").orThrow(), List.of("ts", "price"));
            default -> throw new IllegalArgumentException("no operator '" + name + "'");
        };
    }

    private static SequencedMap<String, String> bars() {
        var bars = new LinkedHashMap<String, String>();
        bars.put("open", "first(price)");
        bars.put("high", "max(price)");
        bars.put("low", "min(price)");
        bars.put("close", "last(price)");
        bars.put("volume", "sum(size)");
        return bars;
    }

    /** How many of the last columns are computed. */
    private static int computed(String name) {
        return switch (name) {
            case "ohlcv" -> 5;
            case "asof" -> 2;
            default -> 1;
        };
    }

    /** The sums of the last columns, so that peers can be compared. */
    private static List<Double> checkSums(VectorSchemaRoot table, int columns) {
        var all = table.getFieldVectors();
        return all.subList(all.size() - columns, all.size()).stream()
                .map(vector -> sum(Column.of(vector).doubles()))
                .toList();
    }

    private static double sum(double[] cells) {
        double sum = 0;
        for (double cell : cells) {
            sum += Double.isNaN(cell) ? 0 : cell;
        }
        return sum;
    }

    private static VectorSchemaRoot read(Path file, BufferAllocator allocator) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var reader = new ArrowFileReader(channel, allocator)) {
            VectorSchemaRoot read = reader.getVectorSchemaRoot();
            reader.loadNextBatch();
            var columns = read.getFieldVectors().stream()
                    .map(vector -> {
                        var pair = vector.getTransferPair(vector.getField(), allocator);
                        pair.transfer();
                        return (org.apache.arrow.vector.FieldVector) pair.getTo();
                    })
                    .toList();
            return new VectorSchemaRoot(
                    read.getSchema(), columns, columns.getFirst().getValueCount());
        }
    }

    /** Makes what is resident now the peak, and gives it in MB. */
    private static long resetPeak() throws IOException {
        Path reset = Path.of("/proc/self/clear_refs");
        if (Files.isWritable(reset)) {
            Files.writeString(reset, "5");
        }
        return memory("VmRSS");
    }

    private static long memory(String name) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        return 0;
    }
}
