package io.polaroid.topology.view;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.row.FeedHealth;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.time.Bucketing;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Fill;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The closed bars of a series from all of its rows at once: what {@link ResampleOperator} must come to in the end. */
public final class BatchBars {
    private final ViewSpec.Resample view;
    private final AggregatePlan plan;
    private final Timing timing;
    private final long every;
    private final List<Told> controls = new ArrayList<>();
    private final @Nullable Object[] empty;

    private record Told(ControlRecord control, long progress) {}

    /** The aggregates of a bar with rows. */
    private record Bar(@Nullable Object[] cells) {}

    /** Bars of a view of this disorder and grace. */
    public BatchBars(ViewSpec.Resample view, AggregatePlan plan, long disorderNanos, long graceNanos) {
        this.view = view;
        this.plan = plan;
        this.timing = new Timing(disorderNanos, graceNanos);
        this.every = view.every().toNanos();
        var slots = slots();
        plan.reset(slots);
        this.empty = plan.finish(slots);
    }

    private ArraySlots slots() {
        return new ArraySlots(plan.doubleSlots(), plan.longSlots());
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
            add(results, series, start, bars.get(start), bars);
            if (view.gaps().isFilled()) {
                Long next = bars.higherKey(start);
                long most = start + view.gaps().maxGap().toNanos();
                for (long at = start + every; at <= most && (next == null || at < next); at += every) {
                    if (!timing.closed(at + every, progress)) {
                        break;
                    }
                    add(results, series, at, null, bars);
                }
            }
        }
        return results;
    }

    private TreeMap<Long, Bar> withRows(SeriesRows rows, long progress) {
        var bars = new TreeMap<Long, Bar>();
        var slots = slots();
        for (int i = 0; i < rows.size(); ) {
            long start = Bucketing.start(rows.timeNanos(i), every);
            plan.reset(slots);
            for (; i < rows.size() && rows.timeNanos(i) < start + every; i++) {
                plan.update(slots, rows.row(i), rows.timeNanos(i), rows.offset(i));
            }
            if (timing.closed(start + every, progress)) {
                bars.put(start, new Bar(plan.finish(slots)));
            }
        }
        return bars;
    }

    private void add(
            TreeMap<Long, List<@Nullable Object>> results,
            String series,
            long start,
            @Nullable Bar bar,
            TreeMap<Long, Bar> bars) {
        boolean mayMiss = mayMiss(series, start);
        @Nullable Object[] of = bar != null ? bar.cells() : mayMiss ? empty : filled(start, bars);
        var cells = new ArrayList<@Nullable Object>(Arrays.asList(of));
        if (view.gaps().status()) {
            cells.add(bar != null ? mayMiss ? "PARTIAL" : "OK" : mayMiss ? "FEED_DOWN" : "NO_TRADES");
        }
        results.put(start, cells);
    }

    private boolean mayMiss(String series, long start) {
        if (!view.gaps().isUsed()) {
            return false;
        }
        var feeds = new FeedHealth();
        for (Told told : controls) {
            if (timing.isFinal(start + every, told.progress())) {
                break;
            }
            feeds.apply(told.control());
        }
        return feeds.mayMiss(series, start, start + every);
    }

    private @Nullable Object[] filled(long start, TreeMap<Long, Bar> bars) {
        var before = bars.lowerEntry(start);
        var after = bars.higherEntry(start);
        boolean reaches = after != null
                && after.getKey() - before.getKey() <= view.gaps().maxGap().toNanos();
        @Nullable Object[] cells = empty.clone();
        for (int i = 0; i < cells.length; i++) {
            var name = plan.outputs().get(i).getName();
            var ofColumn = Optional.ofNullable(view.gaps().columns().get(name));
            var fill = ofColumn.isPresent() || empty[i] != null
                    ? ofColumn
                    : view.gaps().fill();
            if (fill.isPresent()) {
                cells[i] = switch (fill.get()) {
                    case Fill.Nothing nothing -> null;
                    case Fill.Constant constant -> number(i, constant.value());
                    case Fill.Previous of ->
                        before.getValue().cells()[of.column().map(this::indexOf).orElse(i)];
                    case Fill.Linear linear -> {
                        if (!reaches
                                || !(before.getValue().cells()[i] instanceof Number from)
                                || !(after.getValue().cells()[i] instanceof Number to)) {
                            yield null;
                        }
                        double part = (double) (start - before.getKey()) / (after.getKey() - before.getKey());
                        yield number(i, from.doubleValue() + (to.doubleValue() - from.doubleValue()) * part);
                    }
                };
            }
        }
        return cells;
    }

    private Object number(int column, double value) {
        boolean whole = plan.outputs().get(column).getType() instanceof ArrowType.Int;
        return whole ? (Object) Math.round(value) : (Object) value;
    }

    private int indexOf(String output) {
        for (int i = 0; i < plan.outputs().size(); i++) {
            if (plan.outputs().get(i).getName().equals(output)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no column " + output + " to fill from");
    }
}
