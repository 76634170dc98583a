package io.polaroid.ingest.websocket;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * When a source says how far its streams are. A heartbeat's time is that of the newest event, plus what has elapsed since it
 * came, less the stream's {@code idle}: so time goes on when the feed, or only some partitions of it, are quiet, and a replay stays in
 * its own time. A feed that is down or has brought nothing yet has no time. Not thread-safe.
 */
final class Heartbeats {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Heartbeats are this part of idle apart: one closes a window at most so much later than idle. */
    private static final long PARTS = 4;

    private final SequencedMap<String, Long> idleMillis = new LinkedHashMap<>();
    private final Map<String, Long> sent = new HashMap<>();
    private boolean isLive;
    private long sinceMillis;

    /** For the streams of a source that have an idle time. */
    Heartbeats(WebSocketSource source) {
        source.streams().forEach((name, stream) -> {
            if (stream.idleMillis() > 0) {
                idleMillis.put(name, stream.idleMillis());
            }
        });
    }

    /** Notes what was polled, and when. */
    void saw(List<FeedEvent> events, long nowMillis) {
        for (FeedEvent event : events) {
            switch (event) {
                case FeedEvent.Up up -> isLive = true;
                case FeedEvent.Down down -> isLive = false;
                case FeedEvent.Failed failed -> isLive = false;
                case FeedEvent.Message message -> {}
            }
            sinceMillis = nowMillis;
        }
    }

    /** The streams that are due, with the times that hold for them now. */
    SequencedMap<String, Long> due(FeedState state, long nowMillis) {
        var due = new LinkedHashMap<String, Long>();
        if (isLive && !state.isCatchingUp() && state.lastEventNanos() > 0) {
            long elapsed = Math.max(0, nowMillis - sinceMillis);
            idleMillis.forEach((stream, idle) -> {
                long nanos = state.lastEventNanos() + (elapsed - idle) * NANOS_PER_MILLI;
                long step = Math.max(1, idle / PARTS) * NANOS_PER_MILLI;
                if (nanos >= sent.getOrDefault(stream, 0L) + step) {
                    sent.put(stream, nanos);
                    due.put(stream, nanos);
                }
            });
        }
        return due;
    }
}
