package io.polaroid.ingest.websocket;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.polaroid.ingest.rows.RowRule;
import io.polaroid.ingest.rows.StreamSpec;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes a {@link WebSocketSource} as JSON. */
final class WebSocketSourceWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private WebSocketSourceWriter() {}

    static String write(WebSocketSource source) {
        ObjectNode out = JSON.createObjectNode().put("name", source.name()).put("url", source.url());
        ObjectNode headers = out.putObject("headers");
        source.headers().forEach(headers::put);
        putTexts(out, "subscribe", source.subscribe());
        putUnlessNull(out, "position", source.position());
        putUnlessNull(out, "sequence", source.sequence());
        putTexts(out, "symbols", source.symbols());
        putTexts(out, "allow", source.allow());
        out.putObject("reconnect")
                .put("max_retries", source.reconnect().maxRetries())
                .put("initial_delay_ms", source.reconnect().initialDelayMillis())
                .put("max_delay_ms", source.reconnect().maxDelayMillis())
                .put("backoff_multiplier", source.reconnect().backoffMultiplier());
        var rows = out.putArray("rows");
        source.rows().forEach(rule -> putRule(rows.addObject(), rule));
        ObjectNode streams = out.putObject("streams");
        source.streams().forEach((name, stream) -> putStream(streams.putObject(name), stream));
        return out.put("dead_letter_topic", source.deadLetterTopic())
                .put("registry_url", source.registryUrl())
                .put("max_ahead_ms", source.maxAheadMillis())
                .toString();
    }

    private static void putRule(ObjectNode out, RowRule rule) {
        out.put("into", rule.into());
        ObjectNode when = out.putObject("when");
        rule.when().forEach(when::set);
        ObjectNode fields = out.putObject("fields");
        rule.fields()
                .forEach((column, field) -> fields.putObject(column)
                        .put("pointer", field.pointer())
                        .put("unit", field.unit().text()));
        putUnlessNull(out, "id", rule.id());
    }

    private static void putStream(ObjectNode out, StreamSpec stream) {
        out.put("schema", stream.schema());
        putTexts(out, "key", stream.key());
        out.put("time", stream.time());
        putUnlessNull(out, "id", stream.id());
        out.put("partitions", stream.partitions());
        out.put("idle_ms", stream.idleMillis());
    }

    private static void putTexts(ObjectNode out, String name, Collection<String> texts) {
        var array = out.putArray(name);
        texts.forEach(array::add);
    }

    private static void putUnlessNull(ObjectNode out, String name, @Nullable String text) {
        if (text != null) {
            out.put(name, text);
        }
    }
}
