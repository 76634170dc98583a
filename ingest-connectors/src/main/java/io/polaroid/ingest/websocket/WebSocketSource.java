package io.polaroid.ingest.websocket;

import io.polaroid.ingest.rows.RowRule;
import io.polaroid.ingest.rows.RowsSpec;
import io.polaroid.ingest.rows.StreamSpec;
import io.polaroid.timeseries.result.Result;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one WebSocket source. Headers, subscriptions and the query of the URL may hold secrets and are left
 * out of {@link #toString()}; {@link #toJson()} has them.
 *
 * @param name name of the source in the pipeline
 * @param url {@code ws://} or {@code wss://}
 * @param headers sent with the opening request
 * @param subscribe messages sent on every open; {@code ${position}} becomes the next position wanted
 * @param position JSON pointer to the feed's running number, or null if it has none: then what the feed sends while nobody
 *     listens is lost
 * @param sequence JSON pointer to what the feed counts the messages of a series with, or null if it does not: where a number is
 *     missing, rows of the series are lost
 * @param symbols series keys to accept, empty for all; others are dead letters
 * @param allow hosts, as {@code host} or {@code host:port}, that may be private or loopback
 * @param reconnect what to do after a loss
 * @param rows which messages become rows
 * @param streams the streams that rows go into
 * @param deadLetterTopic where messages go that cannot become rows
 * @param registryUrl the schema registry
 * @param maxAheadMillis how far event time may be ahead of the clock
 */
public record WebSocketSource(
        String name,
        String url,
        Map<String, String> headers,
        List<String> subscribe,
        @Nullable String position,
        @Nullable String sequence,
        List<String> symbols,
        List<String> allow,
        ReconnectPolicy reconnect,
        List<RowRule> rows,
        Map<String, StreamSpec> streams,
        String deadLetterTopic,
        String registryUrl,
        long maxAheadMillis) {
    /** The default of {@code max_ahead_ms}: an hour. */
    public static final long DEFAULT_MAX_AHEAD_MILLIS = 3_600_000;

    public WebSocketSource {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        subscribe = List.copyOf(subscribe);
        symbols = List.copyOf(symbols);
        allow = List.copyOf(allow);
        rows = List.copyOf(rows);
        streams = Collections.unmodifiableMap(new LinkedHashMap<>(streams));
    }

    /** Reads what {@link #toJson()} writes; {@code INVALID_CONFIG} with every mistake by its path. */
    public static Result<WebSocketSource> fromJson(String json) {
        return WebSocketSourceReader.read(json);
    }

    /** The configuration as one line of JSON, with its secrets. */
    public String toJson() {
        return WebSocketSourceWriter.write(this);
    }

    /** The part of it that turns messages into rows. */
    public RowsSpec rowsSpec() {
        return new RowsSpec(rows, streams, Set.copyOf(symbols), position, sequence, maxAheadMillis);
    }

    @Override
    public String toString() {
        return "WebSocketSource[" + name + " from "
                + url.replaceFirst("[?#].*", "?…").replaceFirst("//[^/]*@", "//…@") + ", streams " + streams.keySet()
                + "]";
    }
}
