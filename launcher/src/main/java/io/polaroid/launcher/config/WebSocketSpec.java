package io.polaroid.launcher.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * A WebSocket feed as the pipeline file declares it.
 *
 * @param name source name
 * @param url where it connects to, {@code ws} or {@code wss}
 * @param headers of the request; may hold secrets
 * @param subscribe texts that are sent after connecting; {@code ${position}} becomes the position to go on from
 * @param allow hosts that may be connected to beyond the allow-list
 * @param position JSON pointer to the feed's running number
 * @param sequence JSON pointer to what the feed counts the messages of a series with
 * @param reconnect waiting between attempts
 * @param symbols series that are known; empty lets all in
 * @param rows which messages become rows of which stream
 * @param idle stream to how long after the newest event its time goes on while the feed is quiet; absent for never
 */
public record WebSocketSpec(
        String name,
        URI url,
        Map<String, String> headers,
        List<String> subscribe,
        List<String> allow,
        Optional<String> position,
        Optional<String> sequence,
        Reconnect reconnect,
        List<String> symbols,
        List<Rule> rows,
        SequencedMap<String, Duration> idle) {
    public WebSocketSpec {
        idle = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(idle));
        headers = Map.copyOf(headers);
        subscribe = List.copyOf(subscribe);
        allow = List.copyOf(allow);
        symbols = List.copyOf(symbols);
        rows = List.copyOf(rows);
    }

    /** Without the headers' values, which may be secrets. */
    @Override
    public String toString() {
        return "WebSocketSpec[name=%s, url=%s, headers=%s, rows=%s]".formatted(name, url, headers.keySet(), rows);
    }

    /**
     * Waiting between attempts.
     *
     * @param initial first wait
     * @param max longest wait
     * @param factor by which each wait is longer than the one before
     * @param retries attempts before the feed fails; empty for no end
     */
    public record Reconnect(Duration initial, Duration max, double factor, OptionalLong retries) {}

    /**
     * Which messages become rows of a stream, and how.
     *
     * @param into stream name
     * @param when JSON pointers and the literals that must stand there; empty takes every message
     * @param fields column to where it comes from
     * @param id JSON pointer to the stream's id column
     */
    public record Rule(
            String into, SequencedMap<String, JsonNode> when, SequencedMap<String, Field> fields, Optional<String> id) {
        public Rule {
            when = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(when));
            fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
        }
    }

    /**
     * Where a column comes from.
     *
     * @param pointer JSON pointer into the message
     * @param unit of epoch numbers in a time column: {@code s ms us ns}
     */
    public record Field(String pointer, String unit) {}
}
