package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.Outages;
import io.polaroid.store.read.PipelineStatus.FeedStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What control records say of the feeds of one partition: a function of the records, in offset order.
 *
 * <p>A source is live from its first heartbeat or up until its next down. An up counts as a heartbeat of its own time, so that a feed that has
 * just come up holds time back until it says how far it is. What a view's topic says of progress holds without regard to feeds.
 *
 * <p>Rows of a series may be missing from a down until the time at which the source's next up says that it goes on (none, if it goes
 * on where it was), and within a gap. The newest {@value #MOST_OUTAGES} of these times are known, and all that delay grace.
 *
 * <p>Grace of the windows that overlap such a time counts from the record that ended it: the up, or the gap itself. What may still be asked
 * about are windows that begin at most retention before progress, so no others are kept for it. Of more than {@value #MOST_OUTAGES} times
 * within retention the last ones delay nothing: what has been decided by the first ones stays known.
 */
public final class FeedHealth implements Outages {
    private static final int MOST_OUTAGES = 4_096;

    private final long retentionNanos;
    private final Map<String, Long> newestOfLive = new TreeMap<>();
    private final Map<String, FeedStatus> states = new TreeMap<>();
    private final Map<String, Outage> down = new TreeMap<>();
    private final Deque<Outage> over = new ArrayDeque<>();

    /** @param retentionNanos how long after their time rows may be asked about */
    public FeedHealth(long retentionNanos) {
        this.retentionNanos = retentionNanos;
    }

    /**
     * Takes a control record in; gives the time that it may move progress to.
     *
     * @param offset its number in the partition
     * @param progress of the partition before it
     */
    public OptionalLong apply(ControlRecord control, long offset, long progress) {
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
                    end(outage.ended(control.toNanos(), offset, progress), progress);
                }
            }
            case DOWN -> {
                change(control, "DOWN", control.fromNanos());
                newestOfLive.remove(control.source());
                if (!down.containsKey(control.source())) {
                    down.put(control.source(), Outage.lasting(control, offset, hasRoom(progress)));
                }
            }
            case GAP -> {
                change(control, "GAP", control.fromNanos());
                if (control.toNanos() > control.fromNanos()) {
                    end(new Outage(control, control.toNanos(), offset, offset, progress, hasRoom(progress)), progress);
                }
            }
            case PROGRESS -> {
                return OptionalLong.of(control.toNanos());
            }
            case END_OF_SNAPSHOT, BACKFILL_CUT -> {}
        }
        return OptionalLong.empty();
    }

    private void end(Outage outage, long progress) {
        over.add(outage);
        int tooMany = over.size() - MOST_OUTAGES;
        if (tooMany > 0) {
            var kept = over.iterator();
            for (int i = 0; i < tooMany; i++) {
                if (!isAskedFor(kept.next(), progress)) {
                    kept.remove();
                }
            }
        }
    }

    /** Whether it may still delay the grace of a window that begins within retention before progress. */
    private boolean isAskedFor(Outage outage, long progress) {
        return outage.delays()
                && (progress < Long.MIN_VALUE + retentionNanos
                        || outage.overlapsTo() > progress - retentionNanos
                                && (outage.progress() == Long.MAX_VALUE
                                        || outage.progress() >= progress - retentionNanos));
    }

    private boolean hasRoom(long progress) {
        if (over.size() + down.size() < MOST_OUTAGES) {
            return true;
        }
        long taken = down.values().stream().filter(Outage::delays).count()
                + over.stream().filter(outage -> isAskedFor(outage, progress)).count();
        return taken < MOST_OUTAGES;
    }

    @Override
    public boolean mayMiss(String series, long startNanos, long endNanos, long brought) {
        return down.values().stream().anyMatch(outage -> outage.leavesOut(series, startNanos, endNanos, brought))
                || over.stream().anyMatch(outage -> outage.leavesOut(series, startNanos, endNanos, brought));
    }

    @Override
    public boolean isBrought(String series, long timeNanos, long offset) {
        return over.stream().anyMatch(outage -> outage.missed(series, timeNanos, offset));
    }

    @Override
    public long graceFrom(String series, long startNanos, long endNanos, long offset) {
        long from = Long.MIN_VALUE;
        for (Outage outage : over) {
            if (outage.delays(series, startNanos, endNanos, offset)) {
                from = Math.max(from, outage.progressFor(offset));
            }
        }
        for (Outage outage : down.values()) {
            if (outage.delays(series, startNanos, endNanos, offset)) {
                return Long.MAX_VALUE;
            }
        }
        return from;
    }

    @Override
    public long retentionNanos() {
        return retentionNanos;
    }

    /**
     * The time up to which no window takes corrections because of an outage; {@link Long#MAX_VALUE} if none does.
     *
     * @param progress of the partition
     * @param graceNanos how long grace is
     * @param reachNanos how long after its begin a window takes corrections because of an outage at most
     */
    public long delayedFrom(long progress, long graceNanos, long reachNanos) {
        long reach = progress < Long.MIN_VALUE + reachNanos ? Long.MIN_VALUE : progress - reachNanos;
        return Stream.concat(over.stream(), down.values().stream())
                .filter(outage -> outage.delays() && outage.overlapsTo() > reach)
                .filter(outage ->
                        outage.progress() > Long.MAX_VALUE - graceNanos || progress < outage.progress() + graceNanos)
                .mapToLong(outage -> Math.max(reach, outage.from().fromNanos()))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** What is known of outages. */
    List<Outage> outages() {
        var outages = new ArrayList<>(over);
        outages.addAll(down.values());
        return outages;
    }

    /** Goes on with what {@link #outages} told of another. */
    void restoreOutages(List<Outage> outages) {
        for (Outage outage : outages) {
            if (outage.over() == Long.MAX_VALUE) {
                down.put(outage.from().source(), outage);
            } else {
                over.add(outage);
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
