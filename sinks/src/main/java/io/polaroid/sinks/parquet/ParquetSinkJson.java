package io.polaroid.sinks.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@link ParquetSink} as JSON; reading collects mistakes and goes on, so that all are told at once. */
final class ParquetSinkJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> mistakes = new ArrayList<>();

    private ParquetSinkJson() {}

    static String write(ParquetSink sink) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("root", sink.root().toString());
        var tables = json.putArray("tables");
        for (ParquetSink.Table table : sink.tables()) {
            tables.addObject()
                    .put("topic", table.topic())
                    .put("timeColumn", table.timeColumn())
                    .put("view", table.view());
        }
        var partition = json.putArray("partition");
        sink.partition().forEach(partition::add);
        json.putObject("roll")
                .put("rows", sink.rollRows())
                .put("every", sink.rollEvery().toString());
        json.put("registryUrl", sink.registryUrl().toString());
        return json.toString();
    }

    static Result<ParquetSink> read(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return Result.err(
                    ProblemCode.INVALID_CONFIG, ParquetSink.PROPERTY + " is not JSON: " + e.getOriginalMessage());
        }
        var reader = new ParquetSinkJson();
        ParquetSink sink = reader.sink(json);
        return reader.mistakes.isEmpty()
                ? Result.ok(sink)
                : Result.err(
                        ProblemCode.INVALID_CONFIG, ParquetSink.PROPERTY + ": " + String.join("; ", reader.mistakes));
    }

    /** Stand-ins take the place of what cannot be read, so that the record's own rules are looked at as well. */
    private ParquetSink sink(JsonNode json) {
        known(json, "", Set.of("root", "tables", "partition", "roll", "registryUrl"));
        JsonNode roll = json.path("roll");
        known(roll, "roll", Set.of("rows", "every"));
        Path root = root(text(json, "root", "."));
        List<ParquetSink.Table> tables = tables(json.path("tables"));
        List<String> partition = partition(json.path("partition"));
        long rows = rows(roll.path("rows"));
        Duration every = every(text(roll, "every", "PT15M"));
        URI registry = registry(text(json, "registryUrl", "http://localhost"));
        try {
            return new ParquetSink(root, tables, partition, rows, every, registry);
        } catch (IllegalArgumentException e) {
            mistakes.add(String.valueOf(e.getMessage()));
            var standIn = List.of(new ParquetSink.Table("x", "ts", false));
            return new ParquetSink(root, standIn, List.of(), 1, Duration.ofMinutes(15), registry);
        }
    }

    private List<ParquetSink.Table> tables(JsonNode json) {
        if (!json.isArray()) {
            mistakes.add("tables must be a list of {topic, timeColumn, view}");
            return List.of(new ParquetSink.Table("x", "ts", false));
        }
        var tables = new ArrayList<ParquetSink.Table>();
        for (JsonNode table : json) {
            known(table, "tables", Set.of("topic", "timeColumn", "view"));
            if (!table.path("view").isBoolean()) {
                mistakes.add("tables: view of '" + table.path("topic").asText() + "' must be true or false");
            }
            tables.add(new ParquetSink.Table(
                    text(table, "topic", "x" + tables.size()),
                    text(table, "timeColumn", "ts"),
                    table.path("view").asBoolean()));
        }
        return tables;
    }

    private List<String> partition(JsonNode json) {
        if (!json.isArray()) {
            mistakes.add("partition must be [] or [\"date\"]");
            return List.of();
        }
        var columns = new ArrayList<String>();
        json.forEach(column -> columns.add(column.asText()));
        return columns;
    }

    private long rows(JsonNode json) {
        if (!json.canConvertToLong() || !json.isIntegralNumber()) {
            mistakes.add("roll.rows must be a whole number");
            return 1;
        }
        return json.longValue();
    }

    private Duration every(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            mistakes.add("roll.every is '" + text + "'; write an ISO-8601 duration such as PT15M");
            return Duration.ofMinutes(15);
        }
    }

    private Path root(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            mistakes.add("root is not a path: " + e.getMessage());
            return Path.of(".");
        }
    }

    private URI registry(String text) {
        try {
            URI url = URI.create(text);
            if ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            mistakes.add("registryUrl is no URL: " + e.getMessage());
            return URI.create("http://localhost");
        }
        mistakes.add("registryUrl is '" + text + "'; it must begin with http:// or https://");
        return URI.create("http://localhost");
    }

    private String text(JsonNode json, String field, String standIn) {
        JsonNode value = json.path(field);
        if (!value.isTextual() || value.textValue().isBlank()) {
            mistakes.add(field + " is missing or not a text");
            return standIn;
        }
        return value.textValue();
    }

    private void known(JsonNode json, String path, Set<String> names) {
        if (!json.isObject()) {
            mistakes.add((path.isEmpty() ? "the whole" : path) + " must be an object");
            return;
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                mistakes.add("unknown key " + (path.isEmpty() ? "" : path + ".") + name);
            }
        });
    }
}
