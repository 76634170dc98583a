package io.polaroid.ingest.websocket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.ingest.rows.EpochUnit;
import io.polaroid.ingest.rows.FieldSource;
import io.polaroid.ingest.rows.MessageReader;
import io.polaroid.ingest.rows.Mistakes;
import io.polaroid.ingest.rows.RowRule;
import io.polaroid.ingest.rows.StreamSpec;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import okhttp3.Request;

/** Reads a {@link WebSocketSource} from JSON and notes every mistake in it, also what only shows when rules are looked up. */
final class WebSocketSourceReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long DAY_MILLIS = 86_400_000;

    private final Mistakes mistakes = new Mistakes();

    private WebSocketSourceReader() {}

    static Result<WebSocketSource> read(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            // The text may hold secrets, and Jackson's message quotes it: only the place is told.
            return Result.err(
                    ProblemCode.INVALID_CONFIG,
                    "the source is no JSON, line " + e.getLocation().getLineNr() + " column "
                            + e.getLocation().getColumnNr());
        }
        var reader = new WebSocketSourceReader();
        WebSocketSource source = reader.source(new ConfigObject("", root, reader.mistakes));
        if (MessageReader.of(source.rowsSpec()) instanceof Result.Err<MessageReader> err) {
            err.problem().context().forEach(reader.mistakes::add);
        }
        return reader.mistakes
                .problem()
                .<Result<WebSocketSource>>map(Result::err)
                .orElseGet(() -> Result.ok(source));
    }

    private WebSocketSource source(ConfigObject in) {
        var source = new WebSocketSource(
                in.text("name"),
                url(in.text("url")),
                in.map("headers", this::scalarText),
                in.texts("subscribe"),
                in.optionalText("position"),
                in.optionalText("sequence"),
                in.texts("symbols"),
                in.texts("allow"),
                reconnect(in.object("reconnect")),
                in.list("rows", this::rule),
                in.map("streams", this::stream),
                in.text("dead_letter_topic"),
                registryUrl(in.text("registry_url")),
                in.whole("max_ahead_ms", WebSocketSource.DEFAULT_MAX_AHEAD_MILLIS, 0, Long.MAX_VALUE));
        in.rejectUnknown();
        return source;
    }

    private String url(String url) {
        String scheme = url.replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
        if (!scheme.equals("ws") && !scheme.equals("wss")) {
            mistakes.add("url", "must start with ws:// or wss://");
            return url;
        }
        try {
            new Request.Builder().url(url).build();
        } catch (IllegalArgumentException e) {
            mistakes.add("url", "is no URL");
        }
        return url;
    }

    private String registryUrl(String url) {
        if (!url.matches("(?i)https?://.+")) {
            mistakes.add("registry_url", "must start with http:// or https://");
            return url;
        }
        try {
            URI.create(url);
        } catch (IllegalArgumentException e) {
            mistakes.add("registry_url", "is no URL");
        }
        return url;
    }

    private String scalarText(String path, JsonNode value) {
        if (!value.isTextual()) {
            mistakes.add(path, "must be a text");
        }
        return value.asText();
    }

    private ReconnectPolicy reconnect(ConfigObject in) {
        ReconnectPolicy defaults = ReconnectPolicy.defaults();
        var policy = new ReconnectPolicy(
                (int) in.whole("max_retries", defaults.maxRetries(), -1, Integer.MAX_VALUE),
                in.whole("initial_delay_ms", defaults.initialDelayMillis(), 0, DAY_MILLIS),
                in.whole("max_delay_ms", defaults.maxDelayMillis(), 0, DAY_MILLIS),
                in.number("backoff_multiplier", defaults.backoffMultiplier(), 1, 100));
        in.rejectUnknown();
        return policy;
    }

    private RowRule rule(String path, JsonNode node) {
        var in = new ConfigObject(path, node, mistakes);
        var rule = new RowRule(
                in.text("into"),
                in.map("when", (where, literal) -> literal),
                in.map("fields", this::field),
                in.optionalText("id"));
        in.rejectUnknown();
        return rule;
    }

    private FieldSource field(String path, JsonNode node) {
        if (node.isTextual()) {
            return FieldSource.at(node.textValue());
        }
        var in = new ConfigObject(path, node, mistakes);
        String pointer = in.text("pointer");
        String unit = in.optionalText("unit");
        in.rejectUnknown();
        return new FieldSource(
                pointer,
                Arrays.stream(EpochUnit.values())
                        .filter(known -> unit == null
                                ? known == EpochUnit.MS
                                : known.text().equals(unit))
                        .findFirst()
                        .orElseGet(() -> {
                            mistakes.add(path + ".unit", "is " + unit + ", must be s, ms, us or ns");
                            return EpochUnit.MS;
                        }));
    }

    private StreamSpec stream(String path, JsonNode node) {
        var in = new ConfigObject(path, node, mistakes);
        var stream = new StreamSpec(
                in.text("schema"),
                in.texts("key"),
                in.text("time"),
                in.optionalText("id"),
                (int) in.whole("partitions", 4, 1, 100_000),
                in.whole("idle_ms", 0, 0, DAY_MILLIS));
        in.rejectUnknown();
        return stream;
    }
}
