package io.polaroid.ingest.websocket;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a source stands; what Connect keeps as its offset, in the same transaction as the rows.
 *
 * @param position the next position to ask for
 * @param isNumbered whether the feed has positions; without, the offset has none
 * @param session how many times the source has connected
 * @param lastEventNanos event time of the latest row; 0 before the first
 * @param isCatchingUp whether it has connected again to a feed that does not repeat what was missed, and no row has come yet
 */
record FeedState(long position, boolean isNumbered, long session, long lastEventNanos, boolean isCatchingUp) {
    private static final String POSITION = "position";
    private static final String SESSION = "session";
    private static final String EVENT_TIME = "event_time_ns";
    private static final String SEQUENCES = "sequences";

    /** The state of a source offset; the beginning for none. */
    static FeedState of(@Nullable Map<String, ?> offset, boolean isNumbered) {
        return offset == null
                ? new FeedState(0, isNumbered, 0, 0, false)
                : new FeedState(
                        number(offset, POSITION),
                        isNumbered,
                        number(offset, SESSION),
                        number(offset, EVENT_TIME),
                        false);
    }

    private static long number(Map<String, ?> offset, String key) {
        return offset.get(key) instanceof Number number ? number.longValue() : 0;
    }

    /** The source offset. */
    Map<String, Object> toOffset() {
        var offset = new HashMap<String, Object>();
        if (isNumbered) {
            offset.put(POSITION, position);
        }
        offset.put(SESSION, session);
        offset.put(EVENT_TIME, lastEventNanos);
        return offset;
    }

    /**
     * The source offset, with what numbers the latest rows of the series had.
     *
     * @param sequences their text
     */
    Map<String, Object> toOffset(Supplier<String> sequences) {
        return new LazyOffset(toOffset(), SEQUENCES, sequences);
    }

    /** What numbers the latest rows of the series had, by a source offset. */
    static Sequences sequences(@Nullable Map<String, ?> offset) {
        return offset != null && offset.get(SEQUENCES) instanceof String text ? Sequences.of(text) : new Sequences();
    }

    /** After a connect: what a feed without positions has sent since the latest row is lost. */
    FeedState connected() {
        return new FeedState(position, isNumbered, session + 1, lastEventNanos, !isNumbered && lastEventNanos > 0);
    }

    FeedState past(long taken) {
        return new FeedState(Math.max(position, taken + 1), isNumbered, session, lastEventNanos, isCatchingUp);
    }

    FeedState seen(long eventNanos) {
        return new FeedState(position, isNumbered, session, Math.max(lastEventNanos, eventNanos), isCatchingUp);
    }

    FeedState caughtUp() {
        return new FeedState(position, isNumbered, session, lastEventNanos, false);
    }
}
