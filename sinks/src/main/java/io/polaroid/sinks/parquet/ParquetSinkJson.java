package io.polaroid.sinks.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.polaroid.schemas.stream.StreamDeclaration;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** {@link ParquetSink} as JSON; reading collects mistakes and goes on, so that all are told at once. */
final class ParquetSinkJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KIND = "kind";
    private static final String VIEW = "view";
    private static final String STREAM = "stream";
    private static final Set<String> STREAM_KEYS =
            Set.of(KIND, "topic", "timeColumn", "schema", "key", "id", "checks", "partitions", "retention", "format");
    private static final ParquetSink.Table STAND_IN = new ParquetSink.View("x", "ts");
    private static final String STAND_IN_SCHEMA = "{\"type\": \"record\", \"name\": \"X\", \"fields\": []}";

    private final List<String> mistakes = new ArrayList<>();

    private ParquetSinkJson() {}

    static String write(ParquetSink sink) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("root", sink.root().toString());
        var tables = json.putArray("tables");
        for (ParquetSink.Table table : sink.tables()) {
            switch (table) {
                case ParquetSink.View view ->
                    tables.addObject()
                            .put(KIND, VIEW)
                            .put("topic", view.topic())
                            .put("timeColumn", view.timeColumn());
                case ParquetSink.Stream stream -> write(tables.addObject(), stream);
            }
        }
        var partition = json.putArray("partition");
        sink.partition().forEach(partition::add);
        json.putObject("roll")
                .put("rows", sink.rollRows())
                .put("every", sink.rollEvery().toString());
        json.put("registryUrl", sink.registryUrl().toString());
        return json.toString();
    }

    private static void write(ObjectNode json, ParquetSink.Stream stream) {
        StreamDeclaration declared = stream.declaration();
        json.put(KIND, STREAM)
                .put("topic", declared.name())
                .put("timeColumn", declared.time())
                .put("schema", declared.schema().toString())
                .put("partitions", declared.partitions())
                .put("retention", stream.retention().toString())
                .put("format", declared.format().name().toLowerCase(Locale.ROOT));
        declared.id().ifPresent(id -> json.put("id", id));
        var key = json.putArray("key");
        declared.key().forEach(key::add);
        var checks = json.putArray("checks");
        declared.checks().forEach(checks::add);
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
        Duration every = duration(roll, "every", "PT15M");
        URI registry = registry(text(json, "registryUrl", "http://localhost"));
        try {
            return new ParquetSink(root, tables, partition, rows, every, registry);
        } catch (IllegalArgumentException e) {
            mistakes.add(String.valueOf(e.getMessage()));
            return new ParquetSink(root, List.of(STAND_IN), List.of(), 1, Duration.ofMinutes(15), registry);
        }
    }

    private List<ParquetSink.Table> tables(JsonNode json) {
        if (!json.isArray()) {
            mistakes.add("tables must be a list of {kind, topic, timeColumn}");
            return List.of(STAND_IN);
        }
        var tables = new ArrayList<ParquetSink.Table>();
        for (JsonNode table : json) {
            switch (table.path(KIND).asText()) {
                case VIEW -> {
                    known(table, "tables", Set.of(KIND, "topic", "timeColumn"));
                    tables.add(new ParquetSink.View(
                            text(table, "topic", "x" + tables.size()), text(table, "timeColumn", "ts")));
                }
                case STREAM -> stream(table).ifPresent(tables::add);
                default ->
                    mistakes.add("tables: kind of '" + table.path("topic").asText() + "' must be view or stream");
            }
        }
        return tables;
    }

    private Optional<ParquetSink.Table> stream(JsonNode json) {
        known(json, "tables", STREAM_KEYS);
        String topic = text(json, "topic", "x");
        try {
            var declaration = new StreamDeclaration(
                    topic,
                    new Schema.Parser().parse(text(json, "schema", STAND_IN_SCHEMA)),
                    texts(json.path("key")),
                    text(json, "timeColumn", "ts"),
                    Optional.ofNullable(json.get("id")).map(JsonNode::asText),
                    texts(json.path("checks")),
                    json.path("partitions").asInt(),
                    format(json.path("format").asText("avro")));
            if (declaration.partitions() < 1) {
                mistakes.add("tables: partitions of '" + topic + "' must be at least 1");
                return Optional.empty();
            }
            if (StreamRules.of(declaration) instanceof Result.Err<StreamRules>(var problem)) {
                mistakes.add("tables: " + problem.detail());
                return Optional.empty();
            }
            return Optional.of(new ParquetSink.Stream(declaration, duration(json, "retention", "PT1H")));
        } catch (AvroRuntimeException e) {
            mistakes.add("tables: schema of '" + topic + "' cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private StreamFormat format(String word) {
        for (StreamFormat format : StreamFormat.values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(word)) {
                return format;
            }
        }
        mistakes.add("tables: format '" + word + "' must be avro or arrow");
        return StreamFormat.AVRO;
    }

    private static List<String> texts(JsonNode json) {
        var texts = new ArrayList<String>();
        json.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private List<String> partition(JsonNode json) {
        if (!json.isArray()) {
            mistakes.add("partition must be [] or [\"date\"]");
            return List.of();
        }
        return texts(json);
    }

    private long rows(JsonNode json) {
        if (!json.canConvertToLong() || !json.isIntegralNumber()) {
            mistakes.add("roll.rows must be a whole number");
            return 1;
        }
        return json.longValue();
    }

    private Duration duration(JsonNode json, String field, String standIn) {
        String text = text(json, field, standIn);
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            mistakes.add(field + " is '" + text + "'; write an ISO-8601 duration such as " + standIn);
            return Duration.parse(standIn);
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
