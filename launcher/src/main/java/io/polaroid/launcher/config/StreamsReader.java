package io.polaroid.launcher.config;

import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.timeseries.expr.Predicate;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.pipeline.StreamSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Reads {@code streams:}. */
final class StreamsReader {
    private static final Duration DEFAULT_RETENTION = Duration.ofHours(1);
    private static final int DEFAULT_PARTITIONS = 4;
    private static final SequencedMap<String, Supplier<Schema>> BUILT_IN = builtIn();

    private final Path folder;
    private final Mistakes mistakes;

    StreamsReader(Path folder, Mistakes mistakes) {
        this.folder = folder;
        this.mistakes = mistakes;
    }

    /**
     * A stream with the Arrow schema of its rows.
     *
     * @param idle after how long without events its sources move its time on; empty for never, or what the source says
     */
    record Stream(
            StreamSpec spec,
            org.apache.arrow.vector.types.pojo.Schema arrow,
            Node.Mapping node,
            Optional<Duration> idle) {}

    private static SequencedMap<String, Supplier<Schema>> builtIn() {
        var known = new LinkedHashMap<String, Supplier<Schema>>();
        known.put("Trade", BuiltInSchemas::trade);
        known.put("Quote", BuiltInSchemas::quote);
        return known;
    }

    SequencedMap<String, Stream> read(Node node) {
        var streams = new LinkedHashMap<String, Stream>();
        var before = new LinkedHashSet<String>();
        Fields.of(node, mistakes)
                .ifPresent(all -> all.mapping().entries().forEach((name, entry) -> {
                    Names.checkTable(name, entry, before, mistakes);
                    before.add(name);
                    Fields.of(entry.value(), mistakes)
                            .flatMap(fields -> stream(name, fields))
                            .ifPresent(stream -> streams.put(name, stream));
                }));
        return streams;
    }

    private Optional<Stream> stream(String name, Fields fields) {
        Optional<Schema> schema = fields.requiredText("schema", "schema: Trade, or a path to an .avsc file")
                .flatMap(text -> schema(fields, text));
        Optional<Node> keyNode = fields.required("key", "key: [symbol]");
        Optional<Node> timeNode = fields.required("time", "time: ts");
        Optional<Node> idNode = fields.node("id");
        Duration retention =
                fields.positive("retention", fields.duration("retention")).orElse(DEFAULT_RETENTION);
        List<Fields.Located> checks = fields.texts("check");
        int partitions = fields.number("partitions", 1, 1_000)
                .orElse((long) DEFAULT_PARTITIONS)
                .intValue();
        StreamFormat format = fields.word("format", List.of("avro", "arrow"))
                .map(word -> StreamFormat.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(StreamFormat.AVRO);
        fields.only("partitioner", "murmur2");
        Optional<Duration> idle = fields.positive("idle", fields.duration("idle"));
        fields.notBuilt("max_ahead");
        fields.noOthers();
        Optional<org.apache.arrow.vector.types.pojo.Schema> arrow = schema.flatMap(avro -> arrow(fields, avro));
        if (schema.isEmpty() || arrow.isEmpty() || keyNode.isEmpty() || timeNode.isEmpty()) {
            return Optional.empty();
        }
        var columns = new Columns(name, arrow.get(), mistakes);
        List<String> key = key(fields, keyNode.get(), columns);
        Optional<String> time = fields.asText(timeNode.get()).filter(column -> time(timeNode.get(), column, columns));
        Optional<String> id = idNode.flatMap(fields::asText)
                .filter(column -> columns.find(idNode.get(), column).isPresent());
        checks.forEach(check -> check(check, arrow.get()));
        if (key.isEmpty() || time.isEmpty()) {
            return Optional.empty();
        }
        List<String> checkTexts = checks.stream().map(Fields.Located::text).toList();
        var spec = new StreamSpec(name, schema.get(), key, time.get(), id, retention, checkTexts, partitions, format);
        return Optional.of(new Stream(spec, arrow.get(), fields.mapping(), idle));
    }

    private List<String> key(Fields fields, Node node, Columns columns) {
        var key = new ArrayList<String>();
        List<Fields.Located> written = fields.asTexts(node);
        if (written.isEmpty()) {
            mistakes.add(node, "names no column; a series needs a key");
        }
        for (Fields.Located column : written) {
            Optional<Field> field = columns.find(column.node(), column.text());
            if (key.contains(column.text())) {
                mistakes.add(column.node(), "column \"%s\" is in the key twice".formatted(column.text()));
            }
            if (field.isPresent() && field.get().getType() instanceof ArrowType.FloatingPoint) {
                mistakes.add(
                        column.node(),
                        "column \"%s\" is a floating-point number, which makes no series key; use a text or a whole number"
                                .formatted(column.text()));
            }
            key.add(column.text());
        }
        return key;
    }

    private boolean time(Node node, String column, Columns columns) {
        Optional<Field> field = columns.find(node, column);
        if (field.isPresent() && !(field.get().getType() instanceof ArrowType.Timestamp)) {
            mistakes.add(
                    node,
                    "column \"%s\" is no time; its Avro type must be timestamp-millis, -micros or -nanos"
                            .formatted(column));
            return false;
        }
        return field.isPresent();
    }

    private void check(Fields.Located check, org.apache.arrow.vector.types.pojo.Schema schema) {
        if (Predicate.of(check.text(), schema) instanceof Result.Err<Predicate> err) {
            mistakes.add(check.node(), problem(check.text(), err.problem()));
        }
    }

    private Optional<org.apache.arrow.vector.types.pojo.Schema> arrow(Fields fields, Schema avro) {
        return switch (AvroArrow.toArrow(avro)) {
            case Result.Ok<org.apache.arrow.vector.types.pojo.Schema> ok -> {
                ok.value().getFields().stream()
                        .map(Field::getName)
                        .filter(Names.OF_HISTORY::contains)
                        .forEach(column -> mistakes.add(
                                fields.node("schema").orElse(fields.mapping()),
                                "column \"%s\" is one that history adds; rename it".formatted(column)));
                yield Optional.of(ok.value());
            }
            case Result.Err<org.apache.arrow.vector.types.pojo.Schema> err -> {
                fields.node("schema")
                        .ifPresent(node -> mistakes.add(node, err.problem().detail()));
                yield Optional.empty();
            }
        };
    }

    private Optional<Schema> schema(Fields fields, String text) {
        Node node = fields.node("schema").orElse(fields.mapping());
        Supplier<Schema> builtIn = BUILT_IN.get(text);
        if (builtIn != null) {
            return Optional.of(builtIn.get());
        }
        try {
            Path file = folder.resolve(text);
            if (!text.endsWith(".avsc") || !Files.isRegularFile(file)) {
                mistakes.add(
                        node,
                        "no file %s, and no built-in schema \"%s\"%s"
                                .formatted(file, text, Nearest.hint(text, BUILT_IN.sequencedKeySet())));
                return Optional.empty();
            }
            Schema schema = new Schema.Parser().parse(Files.readString(file));
            if (schema.getType() != Schema.Type.RECORD) {
                mistakes.add(
                        node,
                        "%s is an Avro %s, must be a record"
                                .formatted(file, schema.getType().getName()));
                return Optional.empty();
            }
            return Optional.of(schema);
        } catch (IOException | InvalidPathException | AvroRuntimeException e) {
            mistakes.add(node, "schema \"%s\" cannot be read: %s".formatted(text, e.getMessage()));
            return Optional.empty();
        }
    }

    /** An expression's problem beside the expression, since the line may hold several. */
    static String problem(String expression, Problem problem) {
        return "\"%s\": %s".formatted(expression, problem.detail());
    }
}
