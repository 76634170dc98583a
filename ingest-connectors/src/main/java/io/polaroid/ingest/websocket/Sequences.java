package io.polaroid.ingest.websocket;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The number that the feed gave the latest row of each series in this session, by which missing ones show. A number that is not
 * greater is a repetition, or late: it says nothing. Not thread-safe.
 */
final class Sequences {
    private final Map<Series, Latest> latest;

    private record Series(String stream, String key) {}

    private record Latest(long sequence, long eventNanos) {}

    /**
     * Event times between which rows of a series are lost.
     *
     * @param toNanos exclusive
     */
    record Lost(long fromNanos, long toNanos) {}

    Sequences() {
        this(new HashMap<>());
    }

    private Sequences(Map<Series, Latest> latest) {
        this.latest = latest;
    }

    /** The same, to go on from without changing this one. */
    Sequences copy() {
        return new Sequences(new HashMap<>(latest));
    }

    /** A new session begins: what is lost before its first row is told for the whole feed. */
    void begin() {
        latest.clear();
    }

    /** Takes the next row of a series in; what is lost right before it. */
    Optional<Lost> saw(String stream, String key, long sequence, long eventNanos) {
        var series = new Series(stream, key);
        Latest before = latest.get(series);
        if (before != null && sequence <= before.sequence()) {
            return Optional.empty();
        }
        latest.put(
                series, new Latest(sequence, before == null ? eventNanos : Math.max(before.eventNanos(), eventNanos)));
        if (before == null || sequence == before.sequence() + 1) {
            return Optional.empty();
        }
        // Rows of one time are lost within that time.
        return Optional.of(new Lost(before.eventNanos(), Math.max(before.eventNanos() + 1, eventNanos)));
    }
}
