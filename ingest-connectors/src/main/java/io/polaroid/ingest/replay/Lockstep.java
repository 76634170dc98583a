package io.polaroid.ingest.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Keeps the connections of a full-speed replay close in session time, which is the receive time of their messages. It knows
 * no clock, thread or socket, and is not thread-safe.
 *
 * <p>A connection stands at its oldest message that has not reached the socket, or else at the next one to send. It may send
 * what is at most {@link #LEAD} later than where every other connection stands, so once nothing is under way the one with the
 * earliest message may always send. A connection does not count when nothing of it is left, and while its client has taken
 * nothing for {@link #PATIENCE}. One that waits for others is never taken for a client that does not read. While a recording
 * has never been subscribed to, a connection does not send in the first {@link #OPENING} after its own subscription.
 *
 * @param <C> names a connection
 */
final class Lockstep<C> {
    /** How far ahead of the slowest other connection a message may be, in session time. */
    static final Duration LEAD = Duration.ofMillis(500);

    /** How long a connection waits for the first subscription to the other recordings, in clock time. */
    static final Duration OPENING = Duration.ofSeconds(2);

    /** How long a client that does not read holds back the others, in clock time. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<C, Place> places = new HashMap<>();
    private final Set<String> neverSubscribed;

    Lockstep(Set<String> recordings) {
        this.neverSubscribed = new HashSet<>(recordings);
    }

    /** Adds a connection, with the session time of its first message in nanoseconds if there is one. */
    void subscribe(C connection, String recording, OptionalLong first, Instant now) {
        neverSubscribed.remove(recording);
        places.put(connection, new Place(first, now));
    }

    /** Whether the next message may be sent now; also true of a connection that is not here. */
    boolean maySend(C connection, Instant now) {
        Place place = places.get(connection);
        if (place == null || place.next.isEmpty()) {
            return true;
        }
        if (!neverSubscribed.isEmpty() && now.isBefore(place.subscribed.plus(OPENING))) {
            return false;
        }
        long earliest = place.next.getAsLong() - LEAD.toNanos();
        return places.values().stream()
                .filter(other -> other != place && !other.stalled(now))
                .flatMapToLong(other -> other.stand().stream())
                .allMatch(stand -> stand >= earliest);
    }

    /** The next message is under way; {@code next} is the session time of the one after it, if there is one. */
    void sent(C connection, OptionalLong next, Instant now) {
        Place place = places.get(connection);
        if (place != null) {
            place.sent(next, now);
        }
    }

    /** The oldest message under way has reached the socket. */
    void written(C connection, Instant now) {
        Place place = places.get(connection);
        if (place != null) {
            place.underWay.poll();
            place.moved = now;
        }
    }

    /** Forgets a connection. */
    void leave(C connection) {
        places.remove(connection);
    }

    private static final class Place {
        private final ArrayDeque<Long> underWay = new ArrayDeque<>();
        private final Instant subscribed;
        private OptionalLong next;
        private Instant moved;

        Place(OptionalLong next, Instant now) {
            this.next = next;
            this.subscribed = now;
            this.moved = now;
        }

        void sent(OptionalLong following, Instant now) {
            if (underWay.isEmpty()) {
                moved = now;
            }
            next.ifPresent(underWay::add);
            next = following;
        }

        OptionalLong stand() {
            return underWay.isEmpty() ? next : OptionalLong.of(underWay.element());
        }

        boolean stalled(Instant now) {
            return !underWay.isEmpty() && !now.isBefore(moved.plus(PATIENCE));
        }
    }
}
