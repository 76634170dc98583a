package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.read.PipelineStatus.FeedStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What control records say of the feeds of one partition: a function of the records, in offset order.
 *
 * <p>A source is live from its first heartbeat or up until its next down. An up counts as a heartbeat of its own time, so that a feed that has
 * just come up holds time back until it says how far it is. What a view's topic says of progress holds without regard to feeds.
 *
 * <p>Rows of a series may be missing from a down until the time at which the source's next up says that it goes on (none, if it goes
 * on where it was), and within a gap. The newest {@value #MOST_OUTAGES} of these times are known.
 */
public final class FeedHealth {
    private static final int MOST_OUTAGES = 4_096;

    private final Map<String, Long> newestOfLive = new TreeMap<>();
    private final Map<String, FeedStatus> states = new TreeMap<>();
    private final Map<String, Outage> down = new TreeMap<>();
    private final Deque<Outage> over = new ArrayDeque<>();

    /** A time within which rows may be missing. */
    private record Outage(ControlRecord from, long toNanos) {
        boolean touches(String series, long startNanos, long endNanos) {
            return from.fromNanos() < endNanos && toNanos > startNanos && from.concerns(series);
        }
    }

    /** Takes a control record in; gives the time that it may move progress to. */
    public OptionalLong apply(ControlRecord control) {
        switch (control.kind()) {
            case HEARTBEAT -> {
                change(control, "UP", control.toNanos());
                if (control.isForAll()) {
                    newestOfLive.merge(control.source(), control.toNanos(), Math::max);
                    return newestOfLive.values().stream()
                            .mapToLong(Long::longValue)
                            .min();
                }
            }
            case UP -> {
                change(control, "UP", control.fromNanos());
                newestOfLive.merge(control.source(), control.toNanos(), Math::max);
                @Nullable Outage outage = down.remove(control.source());
                if (outage != null) {
                    end(outage.from(), control.toNanos());
                }
            }
            case DOWN -> {
                change(control, "DOWN", control.fromNanos());
                newestOfLive.remove(control.source());
                down.putIfAbsent(control.source(), new Outage(control, Long.MAX_VALUE));
            }
            case GAP -> {
                change(control, "GAP", control.fromNanos());
                end(control, control.toNanos());
            }
            case PROGRESS -> {
                return OptionalLong.of(control.toNanos());
            }
            case END_OF_SNAPSHOT, BACKFILL_CUT -> {}
        }
        return OptionalLong.empty();
    }

    private void end(ControlRecord from, long toNanos) {
        if (toNanos > from.fromNanos()) {
            over.add(new Outage(from, toNanos));
            if (over.size() > MOST_OUTAGES) {
                over.remove();
            }
        }
    }

    /** Whether rows of a series may be missing from {@code [startNanos, endNanos)}, as far as is known by now. */
    public boolean mayMiss(String series, long startNanos, long endNanos) {
        return down.values().stream().anyMatch(outage -> outage.touches(series, startNanos, endNanos))
                || over.stream().anyMatch(outage -> outage.touches(series, startNanos, endNanos));
    }

    /** What is known of outages, as control records: a down for one that lasts, a gap for one that is over. */
    List<ControlRecord> outages() {
        var outages = new ArrayList<ControlRecord>();
        for (Outage outage : over) {
            var from = outage.from();
            outages.add(new ControlRecord(
                    from.source(), ControlRecord.Kind.GAP, from.fromNanos(), outage.toNanos(), from.series()));
        }
        down.values().forEach(outage -> outages.add(outage.from()));
        return outages;
    }

    /** Goes on with what {@link #outages} told of another. */
    void restoreOutages(List<ControlRecord> outages) {
        for (ControlRecord outage : outages) {
            if (outage.kind() == ControlRecord.Kind.DOWN) {
                down.put(outage.source(), new Outage(outage, Long.MAX_VALUE));
            } else {
                end(outage, outage.toNanos());
            }
        }
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
