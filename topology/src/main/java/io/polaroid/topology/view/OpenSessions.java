package io.polaroid.topology.view;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sessions that a row may still touch, by series, and those of them that have not closed, in the order in which they close. */
final class OpenSessions {
    private final Map<String, TreeMap<Long, Session>> bySeries = new HashMap<>();
    private final TreeSet<Session> open = new TreeSet<>(Comparator.comparingLong(Session::end)
            .thenComparing(Session::series)
            .thenComparingLong(Session::start));

    /** A session by the times of its first and last row. */
    record Session(String series, long start, long end) {}

    /** Where open sessions start, and how many there. */
    private final TreeMap<Long, Integer> openStarts = new TreeMap<>();

    /** Where the first open session starts; {@link Long#MAX_VALUE} for none. */
    long firstOpenStart() {
        return openStarts.isEmpty() ? Long.MAX_VALUE : openStarts.firstKey();
    }

    void add(Session session, boolean isOpen) {
        bySeries.computeIfAbsent(session.series(), key -> new TreeMap<>()).put(session.start(), session);
        if (isOpen && open.add(session)) {
            openStarts.merge(session.start(), 1, Integer::sum);
        }
    }

    void remove(Session session) {
        close(session);
        var sessions = bySeries.get(session.series());
        if (sessions != null) {
            sessions.remove(session.start());
            if (sessions.isEmpty()) {
                bySeries.remove(session.series());
            }
        }
    }

    /** The session that starts at or before a time. */
    @Nullable
    Session before(String series, long time) {
        var sessions = bySeries.get(series);
        var found = sessions == null ? null : sessions.floorEntry(time);
        return found == null ? null : found.getValue();
    }

    /** The session that starts after a time. */
    @Nullable
    Session after(String series, long time) {
        var sessions = bySeries.get(series);
        var found = sessions == null ? null : sessions.higherEntry(time);
        return found == null ? null : found.getValue();
    }

    /** The session that closes first. */
    @Nullable
    Session firstOpen() {
        return open.isEmpty() ? null : open.first();
    }

    void close(Session session) {
        if (open.remove(session)) {
            openStarts.computeIfPresent(session.start(), (start, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Forgets closed sessions that ended before a time. */
    void forget(String series, long endedBefore) {
        var sessions = bySeries.get(series);
        while (sessions != null
                && !sessions.isEmpty()
                && sessions.firstEntry().getValue().end() < endedBefore
                && !open.contains(sessions.firstEntry().getValue())) {
            sessions.pollFirstEntry();
        }
    }

    /** Where the first session starts that ended at a time or later, or has not closed; {@link Long#MAX_VALUE} for none. */
    long firstStart(long endedFrom) {
        return bySeries.values().stream()
                .flatMap(sessions -> sessions.values().stream())
                .filter(session -> session.end() >= endedFrom || open.contains(session))
                .mapToLong(Session::start)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
