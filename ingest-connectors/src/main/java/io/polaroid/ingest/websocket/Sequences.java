package io.polaroid.ingest.websocket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * The number that the feed gave the latest row of each series in this session, by which missing ones show. A number that is not
 * greater is a repetition, or late: it says nothing. Not thread-safe.
 *
 * <p>As text they outlive the task, up to {@value #TEXT_LIMIT} characters of the series that were heard of last: the text is written
 * with each transaction.
 */
final class Sequences {
    static final int TEXT_LIMIT = 16_384;

    private static final int NUMBERS_LENGTH = 45;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** In the order in which they were heard of. */
    private final SequencedMap<Series, Latest> latest;

    /** What this began with, which nobody changes any more. */
    private Map<Series, Latest> base;

    private List<Map.Entry<Series, Latest>> changes = new ArrayList<>();

    private record Series(String stream, String key) {}

    private record Latest(long sequence, long eventNanos) {}

    /**
     * Event times between which rows of a series are lost.
     *
     * @param toNanos exclusive
     */
    record Lost(long fromNanos, long toNanos) {}

    Sequences() {
        this(new LinkedHashMap<>());
    }

    private Sequences(SequencedMap<Series, Latest> base) {
        this.latest = new LinkedHashMap<>(base);
        this.base = base;
    }

    /** Those of a text; none of what is no such text. */
    static Sequences of(String text) {
        var kept = new LinkedHashMap<Series, Latest>();
        try {
            for (JsonNode one : JSON.readTree(text)) {
                kept.put(
                        new Series(one.path(0).asText(), one.path(1).asText()),
                        new Latest(one.path(2).asLong(), one.path(3).asLong()));
            }
        } catch (JsonProcessingException e) {
            return new Sequences();
        }
        return new Sequences(kept);
    }

    /** The same, to go on from; this one is not to be changed any more. */
    Sequences copy() {
        return new Sequences(latest);
    }

    /** A new session begins: what is lost before its first row is told for the whole feed. */
    void begin() {
        latest.clear();
        base = Map.of();
        changes = new ArrayList<>();
    }

    /** Takes the next row of a series in; what is lost right before it. */
    Optional<Lost> saw(String stream, String key, long sequence, long eventNanos) {
        var series = new Series(stream, key);
        Latest before = latest.get(series);
        if (before != null && sequence <= before.sequence()) {
            return Optional.empty();
        }
        var now = new Latest(sequence, before == null ? eventNanos : Math.max(before.eventNanos(), eventNanos));
        latest.putLast(series, now);
        changes.add(Map.entry(series, now));
        if (before == null || sequence == before.sequence() + 1) {
            return Optional.empty();
        }
        // Rows of one time are lost within that time.
        return Optional.of(new Lost(before.eventNanos(), Math.max(before.eventNanos() + 1, eventNanos)));
    }

    /** Makes the text of what is known now; whenever it is asked, and as often. */
    Supplier<String> text() {
        var from = base;
        var since = changes;
        int count = changes.size();
        return () -> text(from, since.subList(0, count));
    }

    private static String text(Map<Series, Latest> from, List<Map.Entry<Series, Latest>> since) {
        var all = new LinkedHashMap<>(from);
        since.forEach(change -> all.putLast(change.getKey(), change.getValue()));
        Deque<List<Object>> kept = new ArrayDeque<>();
        int length = 0;
        for (var one : all.sequencedEntrySet().reversed()) {
            var series = one.getKey();
            length += NUMBERS_LENGTH + series.stream().length() + series.key().length();
            if (length > TEXT_LIMIT) {
                break;
            }
            kept.addFirst(List.of(
                    series.stream(),
                    series.key(),
                    one.getValue().sequence(),
                    one.getValue().eventNanos()));
        }
        return JSON.valueToTree(kept).toString();
    }
}
