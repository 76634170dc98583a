package io.polaroid.launcher.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.polaroid.schemas.stream.StreamFormat;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/** Reads {@code sources:}. */
final class SourcesReader {
    private static final List<String> UNITS = List.of("s", "ms", "us", "ns");
    private static final Set<String> SCHEMES = Set.of("ws", "wss");

    private final SequencedMap<String, StreamsReader.Stream> streams;
    private final Set<String> declaredStreams;
    private final Mistakes mistakes;

    SourcesReader(SequencedMap<String, StreamsReader.Stream> streams, Set<String> declaredStreams, Mistakes mistakes) {
        this.streams = streams;
        this.declaredStreams = declaredStreams;
        this.mistakes = mistakes;
    }

    List<WebSocketSpec> read(Node node) {
        var sources = new ArrayList<WebSocketSpec>();
        Fields.of(node, mistakes)
                .ifPresent(all -> all.mapping().entries().forEach((name, entry) -> {
                    Names.check(name, entry, mistakes);
                    Fields.of(entry.value(), mistakes)
                            .flatMap(fields -> source(name, fields))
                            .ifPresent(sources::add);
                }));
        return sources;
    }

    private Optional<WebSocketSpec> source(String name, Fields fields) {
        fields.notBuilt("rest", "grpc", "replay", "file");
        Optional<Node> webSocket = fields.node("websocket");
        fields.noOthers();
        if (webSocket.isEmpty() && fields.mapping().entries().isEmpty()) {
            mistakes.add(fields.mapping(), "names no feed; add websocket: {url: …, rows: …}");
        }
        return webSocket.flatMap(node -> Fields.of(node, mistakes)).flatMap(options -> webSocket(name, options));
    }

    private Optional<WebSocketSpec> webSocket(String name, Fields fields) {
        Optional<URI> url = fields.requiredText("url", "url: wss://…").flatMap(text -> url(fields, text));
        var headers = new LinkedHashMap<String, String>();
        fields.textMap("headers").forEach((header, value) -> headers.put(header, value.text()));
        List<String> subscribe = texts(fields, "subscribe");
        List<String> allow = texts(fields, "allow");
        Optional<String> position = fields.text("position").filter(text -> pointer(fields, "position", text));
        Optional<String> sequence = fields.text("sequence").filter(text -> pointer(fields, "sequence", text));
        List<String> symbols = texts(fields, "symbols");
        WebSocketSpec.Reconnect reconnect = reconnect(fields);
        List<WebSocketSpec.Rule> rules = rules(fields);
        SequencedMap<String, Duration> idle = idle(fields, rules);
        fields.notBuilt("max_ahead");
        fields.noOthers();
        return url.map(uri -> new WebSocketSpec(
                name, uri, headers, subscribe, allow, position, sequence, reconnect, symbols, rules, idle));
    }

    /** Of each stream that the source feeds: its own idle time, else the source's. */
    private SequencedMap<String, Duration> idle(Fields fields, List<WebSocketSpec.Rule> rules) {
        Optional<Duration> ofSource = fields.positive("idle", fields.duration("idle"));
        var idle = new LinkedHashMap<String, Duration>();
        for (WebSocketSpec.Rule rule : rules) {
            Optional.ofNullable(streams.get(rule.into()))
                    .flatMap(StreamsReader.Stream::idle)
                    .or(() -> ofSource)
                    .ifPresent(time -> idle.put(rule.into(), time));
        }
        return idle;
    }

    private Optional<URI> url(Fields fields, String text) {
        Node node = fields.node("url").orElse(fields.mapping());
        try {
            var url = new URI(text);
            if (url.getScheme() != null && SCHEMES.contains(url.getScheme()) && url.getHost() != null) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            mistakes.add(node, "is no URL: " + e.getReason());
            return Optional.empty();
        }
        mistakes.add(node, "must be ws://host/… or wss://host/…");
        return Optional.empty();
    }

    private WebSocketSpec.Reconnect reconnect(Fields fields) {
        Optional<Fields> given = fields.node("reconnect").flatMap(node -> Fields.of(node, mistakes));
        Duration initial = given.flatMap(some -> some.positive("initial", some.duration("initial")))
                .orElse(Duration.ofMillis(250));
        Duration max = given.flatMap(some -> some.positive("max", some.duration("max")))
                .orElse(Duration.ofSeconds(30));
        double factor = given.flatMap(this::factor).orElse(2.0);
        OptionalLong retries = given.flatMap(some -> some.number("retries", 0, Integer.MAX_VALUE))
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        given.ifPresent(Fields::noOthers);
        if (given.isPresent() && max.compareTo(initial) < 0) {
            mistakes.add(given.get().mapping(), "max is shorter than initial");
        }
        return new WebSocketSpec.Reconnect(initial, max, factor, retries);
    }

    private Optional<Double> factor(Fields fields) {
        return fields.text("factor").flatMap(text -> {
            try {
                double factor = Double.parseDouble(text);
                if (factor >= 1 && factor <= 100) {
                    return Optional.of(factor);
                }
            } catch (NumberFormatException e) {
                // said below, with the same words as a number out of range
            }
            fields.node("factor").ifPresent(node -> mistakes.add(node, "expected a number from 1 to 100"));
            return Optional.empty();
        });
    }

    private List<WebSocketSpec.Rule> rules(Fields fields) {
        Optional<Node> rows = fields.required("rows", "rows: {into: <stream>, fields: {<column>: /pointer}}");
        List<Node> nodes = switch (rows.orElse(null)) {
            case null -> List.of();
            case Node.Sequence sequence -> sequence.items();
            case Node other -> List.of(other);
        };
        if (rows.isPresent() && nodes.isEmpty()) {
            mistakes.add(rows.get(), "says not what becomes a row; add {into: <stream>, fields: {<column>: /pointer}}");
        }
        var rules = new ArrayList<WebSocketSpec.Rule>();
        nodes.forEach(node -> Fields.of(node, mistakes).flatMap(this::rule).ifPresent(rules::add));
        return rules;
    }

    private Optional<WebSocketSpec.Rule> rule(Fields fields) {
        Optional<String> into = fields.requiredText("into", "into: <stream>").filter(name -> into(fields, name));
        Optional<StreamsReader.Stream> stream = into.map(streams::get);
        SequencedMap<String, JsonNode> when = when(fields);
        var columns = new LinkedHashMap<String, WebSocketSpec.Field>();
        fields.required("fields", "fields: {<column>: /pointer}")
                .flatMap(node -> Fields.of(node, mistakes))
                .ifPresent(all -> all.mapping().entries().forEach((column, entry) -> {
                    stream.ifPresent(to -> columns(to).find(entry.value(), column));
                    field(entry.value()).ifPresent(field -> columns.put(column, field));
                }));
        Optional<String> id = fields.text("id").filter(text -> pointer(fields, "id", text));
        fields.noOthers();
        stream.ifPresent(to -> complete(fields, to, columns.sequencedKeySet(), id));
        return into.map(name -> new WebSocketSpec.Rule(name, when, columns, id));
    }

    private Columns columns(StreamsReader.Stream stream) {
        return new Columns(stream.spec().name(), stream.arrow(), mistakes);
    }

    private boolean into(Fields fields, String name) {
        if (!declaredStreams.contains(name)) {
            fields.node("into")
                    .ifPresent(node -> mistakes.add(
                            node, "no stream \"%s\"%s".formatted(name, Nearest.hint(name, declaredStreams))));
            return false;
        }
        boolean isOfRows = Optional.ofNullable(streams.get(name))
                .map(stream -> stream.spec().format() == StreamFormat.AVRO)
                .orElse(true);
        if (!isOfRows) {
            fields.node("into")
                    .ifPresent(node -> mistakes.add(
                            node,
                            "not built yet: a source writes rows one by one, and stream %s is format: arrow; leave format out, or send batches from a producer of your own"
                                    .formatted(name)));
        }
        return isOfRows;
    }

    /** Key, time and whatever the schema gives no default for must come from the message. */
    private void complete(Fields fields, StreamsReader.Stream stream, Set<String> given, Optional<String> id) {
        Node node = fields.node("fields").orElse(fields.mapping());
        for (var column : stream.spec().schema().getFields()) {
            boolean isId = stream.spec().id().filter(column.name()::equals).isPresent();
            boolean from = given.contains(column.name()) || (isId && id.isPresent());
            if (!from && !column.hasDefaultValue()) {
                mistakes.add(
                        node,
                        "column \"%s\" of stream %s has no pointer; add %s: /…"
                                .formatted(column.name(), stream.spec().name(), column.name()));
            }
        }
        if (id.isPresent() && stream.spec().id().isEmpty()) {
            fields.node("id")
                    .ifPresent(idNode -> mistakes.add(
                            idNode,
                            "stream %s declares no id column; add id: <column> to streams.%s"
                                    .formatted(
                                            stream.spec().name(), stream.spec().name())));
        }
    }

    private Optional<WebSocketSpec.Field> field(Node node) {
        if (node instanceof Node.Mapping mapping) {
            var fields = new Fields(mapping, mistakes);
            Optional<String> pointer =
                    fields.requiredText("path", "path: /pointer").filter(text -> pointer(fields, "path", text));
            String unit = fields.word("unit", UNITS).orElse("ms");
            fields.noOthers();
            return pointer.map(text -> new WebSocketSpec.Field(text, unit));
        }
        if (node instanceof Node.Scalar scalar) {
            return isPointer(node, scalar.text())
                    ? Optional.of(new WebSocketSpec.Field(scalar.text(), "ms"))
                    : Optional.empty();
        }
        mistakes.add(node, "expected a JSON pointer such as /price, or {path: /T, unit: ms}, found " + node.kind());
        return Optional.empty();
    }

    private SequencedMap<String, JsonNode> when(Fields fields) {
        var when = new LinkedHashMap<String, JsonNode>();
        fields.node("when")
                .flatMap(node -> Fields.of(node, mistakes))
                .ifPresent(all -> all.mapping().entries().forEach((pointer, entry) -> {
                    if (isPointer(entry.value(), pointer)) {
                        literal(entry.value()).ifPresent(literal -> when.put(pointer, literal));
                    }
                }));
        return when;
    }

    private Optional<JsonNode> literal(Node node) {
        if (!(node instanceof Node.Scalar scalar)) {
            mistakes.add(node, "expected a text, a number, true or false, found " + node.kind());
            return Optional.empty();
        }
        return switch (scalar.type()) {
            case BOOLEAN -> Optional.of(BooleanNode.valueOf(scalar.text().equals("true")));
            case TEXT -> Optional.of(TextNode.valueOf(scalar.text()));
            case NUMBER -> number(scalar);
        };
    }

    private Optional<JsonNode> number(Node.Scalar scalar) {
        Optional<Long> whole = Scalars.integer(scalar.text());
        if (whole.isPresent()) {
            return Optional.of(LongNode.valueOf(whole.get()));
        }
        try {
            return Optional.of(DecimalNode.valueOf(new BigDecimal(scalar.text())));
        } catch (NumberFormatException e) {
            mistakes.add(scalar, "expected a text, a decimal number, true or false, found " + scalar.kind());
            return Optional.empty();
        }
    }

    private boolean pointer(Fields fields, String key, String text) {
        return isPointer(fields.node(key).orElse(fields.mapping()), text);
    }

    private boolean isPointer(Node node, String text) {
        try {
            if (!text.isEmpty()) {
                JsonPointer.compile(text);
                return true;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        mistakes.add(node, "\"%s\" is no JSON pointer; write /name or /outer/name".formatted(text));
        return false;
    }

    private static List<String> texts(Fields fields, String key) {
        return fields.texts(key).stream().map(Fields.Located::text).toList();
    }
}
