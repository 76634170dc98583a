package io.polaroid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Tables of {@code batch.json}. */
final class BatchTables {
    private BatchTables() {}

    /** Ours to the fastest form of the faster peer, and all that was measured. */
    static String all(JsonNode root) {
        var settings = root.get("settings");
        var text = new StringBuilder(StreamTables.origin(root));
        text.append(String.format(
                Locale.ROOT,
                "%n%,d rows, %,d series, %d threads each; tables in memory. Load average %.1f before, %.1f after.%n%n",
                settings.get("rows").asLong(),
                settings.get("series").asLong(),
                settings.get("threads").asLong(),
                root.get("load").get(0).asDouble(),
                root.get("load").get(1).asDouble()));
        text.append(
                "| to the faster peer's fastest form | time | CPU | at most | memory, to Polars' least | at most |\n"
                        + "|---|---:|---:|---:|---:|---:|\n");
        for (JsonNode job : root.get("ratios")) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s |%n",
                    job.get("job").asText(),
                    ratio(job.path("time")),
                    ratio(job.path("cpu")),
                    ratio(job.path("limit")),
                    ratio(job.path("memory")),
                    ratio(job.path("memoryLimit"))));
        }
        text.append(
                "\n| | | | s | CPU s | peak MB | whole process s | CPU s |\n|---|---|---|---:|---:|---:|---:|---:|\n");
        for (JsonNode one : root.get("results")) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.3f | %.3f | %,.0f | %.2f | %.2f |%n",
                    one.get("job").asText(),
                    one.get("peer").asText(),
                    one.get("form").asText(),
                    one.get("seconds").asDouble(),
                    one.get("cpu").asDouble(),
                    one.get("mb").asDouble(),
                    one.get("wholeSeconds").asDouble(),
                    one.get("wholeCpu").asDouble()));
        }
        return text.append('\n').toString();
    }

    private static String ratio(JsonNode number) {
        return number.isNumber() ? String.format(Locale.ROOT, "%.2f", number.asDouble()) : "";
    }
}
