package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.read.PipelineStatus.FeedStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What control records say of the feeds of one partition.
 *
 * <p>A source is live from its first heartbeat or up until its next down. An up counts as a heartbeat of its own time, so that a feed that has
 * just come up holds time back until it says how far it is.
 */
final class FeedHealth {
    private static final String ALL_SERIES = "*";

    private final Map<String, Long> newestOfLive = new TreeMap<>();
    private final Map<String, FeedStatus> states = new TreeMap<>();

    /** Takes a control record in; for a heartbeat, gives the time that it may move progress to. */
    OptionalLong apply(ControlRecord control) {
        switch (control.kind()) {
            case HEARTBEAT -> {
                change(control, "UP", control.toNanos());
                if (control.series().equals(ALL_SERIES)) {
                    newestOfLive.merge(control.source(), control.toNanos(), Math::max);
                    return newestOfLive.values().stream()
                            .mapToLong(Long::longValue)
                            .min();
                }
            }
            case UP -> {
                change(control, "UP", control.fromNanos());
                newestOfLive.merge(control.source(), control.toNanos(), Math::max);
            }
            case DOWN -> {
                change(control, "DOWN", control.fromNanos());
                newestOfLive.remove(control.source());
            }
            case GAP -> change(control, "GAP", control.fromNanos());
            case END_OF_SNAPSHOT, BACKFILL_CUT -> {}
        }
        return OptionalLong.empty();
    }

    private void change(ControlRecord control, String state, long sinceNanos) {
        @Nullable FeedStatus before = states.get(control.source());
        if (before == null || !before.state().equals(state)) {
            states.put(control.source(), new FeedStatus(control.source(), state, sinceNanos));
        }
    }

    /** Newest heartbeat of each live source. */
    Map<String, Long> newestOfLive() {
        return Map.copyOf(newestOfLive);
    }

    /** Goes on where another left off. */
    void restore(Map<String, Long> newest, List<FeedStatus> feeds) {
        newestOfLive.putAll(newest);
        feeds.forEach(feed -> states.put(feed.source(), feed));
    }

    /** The state of each feed, by name. */
    List<FeedStatus> states() {
        return List.copyOf(new ArrayList<>(states.values()));
    }
}
