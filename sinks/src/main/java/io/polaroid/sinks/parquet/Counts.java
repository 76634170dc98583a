package io.polaroid.sinks.parquet;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;

/** What a task did with the records since it started; their sum is the records it took. Read by any thread. */
final class Counts {
    private final AtomicLong rows = new AtomicLong();
    private final Map<Decoded.Skipped, AtomicLong> skipped = new EnumMap<>(Decoded.Skipped.class);

    Counts() {
        for (Decoded.Skipped kind : Decoded.Skipped.values()) {
            skipped.put(kind, new AtomicLong());
        }
    }

    void row() {
        rows.incrementAndGet();
    }

    void skipped(Decoded.Skipped kind) {
        counter(kind).incrementAndGet();
    }

    long rows() {
        return rows.get();
    }

    long of(Decoded.Skipped kind) {
        return counter(kind).get();
    }

    /** Shows all of them as metrics of the task, {@code rows-total} and {@code skipped-<kind>-total}. */
    void showIn(PluginMetrics metrics) {
        show(metrics, "rows-total", "rows taken into files", rows);
        skipped.forEach((kind, count) -> show(
                metrics,
                "skipped-" + kind.name().toLowerCase(Locale.ROOT) + "-total",
                "records left out: " + kind.name().toLowerCase(Locale.ROOT),
                count));
    }

    private static void show(PluginMetrics metrics, String name, String what, AtomicLong count) {
        metrics.addMetric(
                metrics.metricName(name, what, new LinkedHashMap<>()), (Gauge<Long>) (config, now) -> count.get());
    }

    private AtomicLong counter(Decoded.Skipped kind) {
        AtomicLong count = skipped.get(kind);
        if (count == null) {
            throw new IllegalStateException("no counter of " + kind);
        }
        return count;
    }
}
