package io.polaroid.topology.load;

import com.sun.management.OperatingSystemMXBean;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import io.polaroid.topology.frame.FrameSettings;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;

/**
 * OHLCV bars over the trades that a {@link LoadBroker} holds, and the CPU time of this process per row: of all, and from the first
 * row on. Arguments: address, application, seconds of a bar, rows, partitions, emit, threads, rows of a frame.
 */
final class LoadMain {
    private LoadMain() {}

    static Pipeline pipeline(String application, int seconds, int partitions, String emit, int threads) {
        var trades = new StreamSpec(
                "trades",
                BuiltInSchemas.trade(),
                List.of("symbol"),
                "ts",
                Boolean.getBoolean("load.ids") ? Optional.of("trade_id") : Optional.empty(),
                Duration.ofMinutes(Integer.getInteger("load.retention", 60)),
                List.of(),
                partitions);
        var policy = new ViewSpec.Policy(
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofHours(24),
                ViewSpec.Emit.valueOf(emit.toUpperCase(Locale.ROOT)),
                ViewSpec.Late.CORRECT);
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("open", "first(price)");
        aggregates.put("high", "max(price)");
        aggregates.put("low", "min(price)");
        aggregates.put("close", "last(price)");
        aggregates.put("volume", "sum(size)");
        aggregates.put("count", "count(price)");
        aggregates.put("vwap", "sum(price*size)/sum(size)");
        var bars = new ViewSpec.Resample("bars", "trades", Duration.ofSeconds(seconds), aggregates, policy);
        return Pipeline.of(application, Pipeline.Guarantee.EXACTLY_ONCE_V2, threads, List.of(trades), List.of(bars));
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = Integer.parseInt(arguments[2]);
        long rows = Long.parseLong(arguments[3]);
        int partitions = Integer.parseInt(arguments[4]);
        int threads = Integer.parseInt(arguments[6]);
        var pipeline = pipeline(arguments[1], seconds, partitions, arguments[5], threads);
        var folder = Files.createTempDirectory("polaroid-load-");
        var settings = new StreamsSettings(
                arguments[0],
                folder,
                Duration.ofMillis(Integer.getInteger("load.commit", 100)),
                Map.of("main.consumer.fetch.max.wait.ms", "10"),
                FrameSettings.ofRows(Integer.parseInt(arguments[7])));
        long started = System.nanoTime();
        try (var allocator = new RootAllocator();
                var app = StreamsApp.open(pipeline, settings, new InMemorySchemaRegistry(), allocator)) {
            awaitCount(app, 1);
            long firstCpu = cpu();
            long first = System.nanoTime();
            awaitCount(app, rows);
            long cpu = cpu();
            long now = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "%d s bars: %.3f us CPU per row (%.3f from the first commit on), %.2f M rows/s; %s; %d s, %d MiB"
                            + " direct%n",
                    seconds,
                    cpu / 1e3 / rows,
                    (cpu - firstCpu) / 1e3 / rows,
                    rows * 1e3 / (now - first),
                    app.views(),
                    (now - started) / 1_000_000_000L,
                    allocator.getPeakMemoryAllocation() >> 20);
            System.out.println(threads());
        }
        System.exit(0);
    }

    /** CPU seconds of this process by kind of thread, as the kernel counts them. */
    private static Map<String, Double> threads() throws IOException {
        var seconds = new TreeMap<String, Double>();
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                var stat = Files.readString(task.resolve("stat"));
                var name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
                seconds.merge(name.replaceAll("[0-9-]+", "*"), ticks / 100, Double::sum);
            }
        }
        seconds.values().removeIf(cpu -> cpu < 0.05);
        return seconds;
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void awaitCount(StreamsApp app, long wanted) throws InterruptedException {
        while (app.views().stream()
                        .mapToLong(view -> view.counts().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                        .sum()
                < wanted) {
            if (app.failed()) {
                throw new IllegalStateException("the pipeline failed");
            }
            Thread.sleep(20);
        }
    }
}
