package io.polaroid.topology.view;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.row.FeedHealth;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The closed bars of a series from all of its rows at once: what {@link ResampleOperator} must come to in the end. */
public final class BatchBars {
    private final ViewSpec.Resample view;
    private final AggregatePlan plan;
    private final Timing timing;
    private final Grid grid;
    private final List<Told> controls = new ArrayList<>();
    private final EmptyCells empty;
    private final boolean takesBack;

    private final long retentionNanos;
    private final long reachNanos;

    private record Told(ControlRecord control, long offset, long progress) {}

    /** The aggregates of a bar with rows. */
    private record Bar(@Nullable Object[] cells) {}

    /**
     * Bars of a view.
     *
     * @param input the columns of its input
     * @param retentionNanos how long the view's input keeps its rows
     */
    public BatchBars(ViewSpec.Resample view, AggregatePlan plan, StreamColumns input, long retentionNanos) {
        this.view = view;
        this.plan = plan;
        this.timing = Timing.of(view.policy());
        this.grid = view.windows().grid(TimeUnits.nanosPer(input.unit())).orThrow();
        this.takesBack = input.identity().withdrawn().isPresent();
        this.empty = new EmptyCells(view.gaps(), plan);
        this.retentionNanos = retentionNanos;
        this.reachNanos = WindowGrace.reachNanos(view, retentionNanos);
    }

    /** Notes a control record; those that matter come before the bars are asked for. */
    public void tell(ControlRecord control, long offset, long progress) {
        controls.add(new Told(control, offset, progress));
    }

    /**
     * The time up to which no window takes corrections any more, those of outages included.
     *
     * @param progress of the input
     * @param feeds all that its control records say
     */
    public static long finalTo(ViewSpec.Resample view, long progress, FeedHealth feeds) {
        var timing = Timing.of(view.policy());
        long regular = timing.openTo(progress);
        return timing.graceNanos() == 0
                ? regular
                : Math.min(
                        regular,
                        feeds.delayedFrom(
                                progress, timing.graceNanos(), WindowGrace.reachNanos(view, feeds.retentionNanos())));
    }

    /** Aggregates, and status if the view has it, of each closed bar by its start. */
    public TreeMap<Long, List<@Nullable Object>> of(String series, SeriesRows rows, long progress) {
        var bars = withRows(rows, progress);
        var results = new TreeMap<Long, List<@Nullable Object>>();
        for (long start : List.copyOf(bars.keySet())) {
            add(results, series, start, bars.get(start), 0, bars, rows);
            if (view.gaps().isFilled()) {
                Long next = bars.higherKey(start);
                long most = start + view.gaps().maxGap().toNanos();
                long nth = 1;
                for (long at = grid.next(start);
                        at <= most && at != Grid.NONE_AFTER && (next == null || at < next);
                        at = grid.next(at)) {
                    if (!timing.closed(grid.to(at), progress)) {
                        break;
                    }
                    add(results, series, at, null, nth++, bars, rows);
                }
            }
        }
        return results;
    }

    private TreeMap<Long, Bar> withRows(SeriesRows rows, long progress) {
        var inWindows = new TreeMap<Long, List<Integer>>();
        for (int i = 0; i < rows.size(); i++) {
            int row = i;
            grid.forEach(
                    rows.timeNanos(i),
                    key -> inWindows
                            .computeIfAbsent(key, none -> new ArrayList<>())
                            .add(row));
        }
        var bars = new TreeMap<Long, Bar>();
        var slots = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        inWindows.forEach((key, indexes) -> {
            if (timing.closed(grid.to(key), progress)) {
                plan.reset(slots);
                indexes.forEach(i -> plan.update(slots, rows.row(i), rows.timeNanos(i), rows.offset(i)));
                bars.put(key, new Bar(plan.finish(slots)));
            }
        });
        return bars;
    }

    private void add(
            TreeMap<Long, List<@Nullable Object>> results,
            String series,
            long start,
            @Nullable Bar bar,
            long nth,
            TreeMap<Long, Bar> bars,
            SeriesRows rows) {
        boolean mayMiss = mayMiss(series, start, rows);
        @Nullable Object[] of = bar != null ? bar.cells() : mayMiss ? empty.unfilled() : filled(start, nth, bars);
        var cells = new ArrayList<@Nullable Object>(Arrays.asList(of));
        if (view.gaps().status()) {
            cells.add(bar != null ? mayMiss ? "PARTIAL" : "OK" : mayMiss ? "FEED_DOWN" : "NO_TRADES");
        }
        if (takesBack) {
            cells.add(false);
        }
        results.put(start, cells);
    }

    private boolean mayMiss(String series, long start, SeriesRows rows) {
        if (!view.gaps().isUsed()) {
            return false;
        }
        long from = grid.from(start);
        long to = grid.to(start);
        var feeds = new FeedHealth(retentionNanos);
        for (Told told : controls) {
            if (!timing.listens(from, to, told.progress(), reachNanos)) {
                break;
            }
            feeds.apply(told.control(), told.offset(), told.progress());
        }
        return feeds.mayMiss(series, from, to, Long.MIN_VALUE)
                && feeds.mayMiss(series, from, to, brought(feeds, series, start, rows));
    }

    /** The number of the newest row of a window that was brought later; the greatest one if it was never in the topic. */
    private long brought(FeedHealth feeds, String series, long start, SeriesRows rows) {
        long newest = Long.MIN_VALUE;
        for (int i = rows.lowerBound(grid.from(start)); i < rows.size() && rows.timeNanos(i) < grid.to(start); i++) {
            long before = rows.progressBefore(i);
            long offset = before == Long.MAX_VALUE ? Long.MAX_VALUE : rows.offset(i);
            if (offset > newest
                    && grid.isHeld(rows.timeNanos(i))
                    && timing.isOutOfOrder(rows.timeNanos(i), before)
                    && feeds.isBrought(series, rows.timeNanos(i), offset)) {
                newest = offset;
            }
        }
        return newest;
    }

    private @Nullable Object[] filled(long start, long nth, TreeMap<Long, Bar> bars) {
        var before = bars.lowerEntry(start);
        var after = bars.higherEntry(start);
        boolean reaches = after != null
                && after.getKey() - before.getKey() <= view.gaps().maxGap().toNanos();
        var next = reaches ? after : before;
        return empty.filled(
                new EmptyCells.Place(start, nth, before.getKey(), next.getKey()),
                column -> before.getValue().cells()[column],
                column -> next.getValue().cells()[column]);
    }
}
