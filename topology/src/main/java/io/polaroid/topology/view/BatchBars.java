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

    private record Told(ControlRecord control, long progress) {}

    /** The aggregates of a bar with rows. */
    private record Bar(@Nullable Object[] cells) {}

    /**
     * Bars of a view.
     *
     * @param input the columns of its input
     */
    public BatchBars(ViewSpec.Resample view, AggregatePlan plan, StreamColumns input) {
        this.view = view;
        this.plan = plan;
        this.timing = Timing.of(view.policy());
        this.grid = view.windows().grid(TimeUnits.nanosPer(input.unit())).orThrow();
        this.takesBack = input.identity().withdrawn().isPresent();
        this.empty = new EmptyCells(view.gaps(), plan);
    }

    /** Notes a control record; those that matter come before the bars are asked for. */
    public void tell(ControlRecord control, long progress) {
        controls.add(new Told(control, progress));
    }

    /** Aggregates, and status if the view has it, of each closed bar by its start. */
    public TreeMap<Long, List<@Nullable Object>> of(String series, SeriesRows rows, long progress) {
        var bars = withRows(rows, progress);
        var results = new TreeMap<Long, List<@Nullable Object>>();
        for (long start : List.copyOf(bars.keySet())) {
            add(results, series, start, bars.get(start), 0, bars);
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
                    add(results, series, at, null, nth++, bars);
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
            TreeMap<Long, Bar> bars) {
        boolean mayMiss = mayMiss(series, start);
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

    private boolean mayMiss(String series, long start) {
        if (!view.gaps().isUsed()) {
            return false;
        }
        var feeds = new FeedHealth();
        for (Told told : controls) {
            if (timing.isFinal(grid.to(start), told.progress())) {
                break;
            }
            feeds.apply(told.control());
        }
        return feeds.mayMiss(series, grid.from(start), grid.to(start));
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
