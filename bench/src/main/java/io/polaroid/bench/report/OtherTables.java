package io.polaroid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** Tables of {@code latency.json} and {@code jmh.json}. */
final class OtherTables {
    private OtherTables() {}

    /** Percentiles of each contestant, medians over runs. */
    static String latency(JsonNode root) {
        var runs = new LinkedHashMap<String, List<JsonNode>>();
        root.get("runs")
                .forEach(run -> runs.computeIfAbsent(
                                run.get("name").asText() + " | "
                                        + (run.get("guarantee").asText().equals("eos")
                                                ? "exactly once"
                                                : "at least once"),
                                missing -> new ArrayList<>())
                        .add(run));
        var settings = root.get("settings");
        var text = new StringBuilder(StreamTables.origin(root));
        text.append(String.format(
                Locale.ROOT,
                "%n%,d rows/s, %,d symbols, %d s; commits and checkpoints each %d ms.%n%n",
                settings.get("rate").asLong(),
                settings.get("series").asLong(),
                settings.get("seconds").asLong(),
                settings.get("commitMillis").asLong()));
        text.append("| | | p50 ms | p99 ms | max ms | bars | rows/s sent |\n|---|---|---:|---:|---:|---:|---:|\n");
        runs.forEach((name, all) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s |%n",
                name,
                median(all, "p50Millis"),
                median(all, "p99Millis"),
                median(all, "maxMillis"),
                median(all, "bars"),
                median(all, "sentPerSecond"))));
        return text.append('\n').toString();
    }

    private static String median(List<JsonNode> runs, String field) {
        var sorted = runs.stream()
                .mapToDouble(run -> run.get(field).asDouble())
                .sorted()
                .toArray();
        return String.format(Locale.ROOT, "%,.0f", sorted[sorted.length / 2]);
    }

    /** JMH's own result file. */
    static String kernels(JsonNode root) {
        var text = new StringBuilder("| benchmark | | ns | +- |\n|---|---|---:|---:|\n");
        for (JsonNode one : root) {
            var name = one.get("benchmark").asText();
            var params = new ArrayList<String>();
            var all = one.path("params");
            all.fieldNames()
                    .forEachRemaining(
                            param -> params.add(param + " " + all.get(param).asText()));
            var metric = one.get("primaryMetric");
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.1f | %.1f |%n",
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    String.join(", ", params),
                    metric.get("score").asDouble(),
                    metric.get("scoreError").asDouble()));
        }
        return text.append('\n').toString();
    }
}
