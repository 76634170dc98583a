package io.polaroid.schemas.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Feed health as data: a record whose key is {@link #KEY_PREFIX} and JSON {@code {"source", "kind", "from", "to", "series"}},
 * and whose value is null, one to each partition. Kinds are lower-case with dashes, times whole nanoseconds since 1970 UTC.
 * In JSON, series is {@code "*"}, one key, or an array of keys.
 *
 * @param source name of the feed (source name in the pipeline, slash, task number)
 * @param kind what happened
 * @param fromNanos event time from which it holds; ns since 1970 UTC
 * @param toNanos event time up to which it holds ({@code fromNanos} where it is a moment)
 * @param series the series of this partition that it is about, {@link #ALL} for all, empty for none of them
 */
public record ControlRecord(String source, Kind kind, long fromNanos, long toNanos, List<String> series) {
    /** All series. */
    public static final List<String> ALL = List.of("*");

    /** Keys that start so are control records. */
    public static final String KEY_PREFIX = "\u0000polaroid/control/";

    /** What a control record tells. */
    public enum Kind {
        HEARTBEAT,
        DOWN,
        UP,
        GAP,
        /** Nothing: nobody sends it, and readers leave it alone (decision 38). */
        END_OF_SNAPSHOT,
        BACKFILL_CUT,
        /** On a view's topic: what the view publishes from here on has this time or a later one, but for corrections. */
        PROGRESS;

        /** The name in JSON: {@code end-of-snapshot} for {@link #END_OF_SNAPSHOT}. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    public ControlRecord {
        series = List.copyOf(series);
    }

    /** About one series, or all of them with {@code *}. */
    public ControlRecord(String source, Kind kind, long fromNanos, long toNanos, String series) {
        this(source, kind, fromNanos, toNanos, List.of(series));
    }

    /** Whether it is about every series. */
    public boolean isForAll() {
        return series.equals(ALL);
    }

    /** Whether it is about this series. */
    public boolean concerns(String key) {
        return isForAll() || series.contains(key);
    }

    /** Whether a record key announces a control record. */
    public static boolean isControl(byte @Nullable [] key) {
        if (key == null || key.length < KEY_PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < KEY_PREFIX.length(); i++) {
            if (key[i] != (byte) KEY_PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The record key, UTF-8; equal records have equal keys. */
    public byte[] toKey() {
        var json = JSON.createObjectNode()
                .put("source", source)
                .put("kind", kind.slug())
                .put("from", fromNanos)
                .put("to", toNanos);
        if (series.size() == 1) {
            json.put("series", series.getFirst());
        } else {
            var keys = json.putArray("series");
            series.forEach(keys::add);
        }
        return (KEY_PREFIX + json).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a record key; {@code MALFORMED_RECORD} or {@code MISSING_FIELD} if it is not one of {@link #toKey}. */
    public static Result<ControlRecord> fromKey(byte[] key) {
        if (!isControl(key)) {
            return Result.err(
                    ProblemCode.MALFORMED_RECORD, "the key does not start with the prefix of control records");
        }
        try {
            int start = KEY_PREFIX.length();
            return parse(JSON.readTree(key, start, key.length - start));
        } catch (IOException e) {
            return Result.err(ProblemCode.MALFORMED_RECORD, "a control record is not JSON: " + e.getMessage());
        }
    }

    private static Result<ControlRecord> parse(JsonNode json) {
        for (String name : List.of("source", "kind")) {
            if (!json.path(name).isTextual()) {
                return Result.err(ProblemCode.MISSING_FIELD, "a control record has no text " + name + ": " + json);
            }
        }
        var series = series(json.path("series"));
        if (series.isEmpty()) {
            return Result.err(ProblemCode.MISSING_FIELD, "a control record names no series: " + json);
        }
        for (String name : List.of("from", "to")) {
            if (!json.path(name).canConvertToLong() || !json.path(name).isIntegralNumber()) {
                return Result.err(
                        ProblemCode.MISSING_FIELD,
                        "a control record has no " + name + " in whole nanoseconds: " + json);
            }
        }
        String slug = json.get("kind").textValue();
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.slug().equals(slug))
                .findFirst()
                .map(kind -> Result.ok(new ControlRecord(
                        json.get("source").textValue(),
                        kind,
                        json.get("from").longValue(),
                        json.get("to").longValue(),
                        series.get())))
                .orElseGet(() ->
                        Result.err(ProblemCode.MALFORMED_RECORD, "a control record has the unknown kind " + slug));
    }

    private static Optional<List<String>> series(JsonNode node) {
        if (node.isTextual()) {
            return Optional.of(List.of(node.textValue()));
        }
        var keys = new ArrayList<String>();
        node.forEach(key -> keys.add(key.asText()));
        return node.isArray() && StreamSupport.stream(node.spliterator(), false).allMatch(JsonNode::isTextual)
                ? Optional.of(keys)
                : Optional.empty();
    }
}
