package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.Outages;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cells of bars: aggregates of their rows, else what fills them, and their status. Aggregates that need the rows are worked out
 * from the row tier each time they are asked for, the others are kept in the slots of the bar.
 */
final class BarCells {
    private final Outages outages;
    private final ResultTier results;
    private final AcceptedRows accepted;
    private final AggregatePlan plan;
    private final Grid grid;
    private final WindowGrace grace;
    private final boolean takesBack;
    private final boolean counts;
    private final boolean hasStatus;
    private final boolean hearsOfFeeds;
    private final int first;
    private final int counter;
    private final int brought;
    private final EmptyCells empty;
    private final ArraySlots scratch;

    /** What bars are made from. */
    record Parts(
            Outages outages,
            ResultTier results,
            AcceptedRows accepted,
            AggregatePlan plan,
            Grid grid,
            WindowGrace grace) {}

    BarCells(ViewSpec.Resample view, StreamColumns input, Parts parts) {
        this.outages = parts.outages();
        this.results = parts.results();
        this.accepted = parts.accepted();
        this.plan = parts.plan();
        this.grid = parts.grid();
        this.grace = parts.grace();
        this.takesBack = input.identity().withdrawn().isPresent();
        this.counts = counts(view, input);
        this.hasStatus = view.gaps().status();
        this.hearsOfFeeds = view.gaps().isUsed();
        this.first = input.key().size() + 1;
        this.counter = longSlots(plan);
        this.brought = counter + (counts ? 1 : 0);
        this.empty = new EmptyCells(view.gaps(), plan);
        this.scratch = new ArraySlots(plan.doubleSlots(), plan.longSlots());
    }

    /** How many double slots a bar has. */
    static int doubleSlots(AggregatePlan plan) {
        return plan.needsRows() ? 0 : plan.doubleSlots();
    }

    private static int longSlots(AggregatePlan plan) {
        return plan.needsRows() ? 0 : plan.longSlots();
    }

    /** How many long slots a bar has: behind those of its aggregates one that counts its rows, if it can be without, and the newest brought. */
    static int longSlots(ViewSpec.Resample view, StreamColumns input, AggregatePlan plan) {
        return longSlots(plan) + (counts(view, input) ? 1 : 0) + (view.gaps().isUsed() ? 1 : 0);
    }

    /** Whether bars may be without rows, and so count them. */
    private static boolean counts(ViewSpec.Resample view, StreamColumns input) {
        return view.gaps().isFilled() || input.identity().withdrawn().isPresent();
    }

    /** Whether a bar had rows that were all taken back. */
    boolean isWithdrawn(int result) {
        return takesBack && Boolean.TRUE.equals(results.result(result).valueAt(withdrawn()));
    }

    private int withdrawn() {
        return results.resultSchema().getFields().size() - 4;
    }

    boolean hasRows(int result) {
        return !counts || results.slots(result).longAt(counter) > 0;
    }

    /** Makes a bar that of no rows. */
    void reset(int result) {
        if (!plan.needsRows()) {
            plan.reset(results.slots(result));
        }
        if (counts) {
            results.slots(result).setLong(counter, 0);
        }
        if (hearsOfFeeds) {
            results.slots(result).setLong(brought, Long.MIN_VALUE);
        }
    }

    void add(int result, Accepted row) {
        add(result, row.row(), row.timeNanos(), row.offset());
        bring(result, row.timeNanos(), row.progressBefore(), row.offset());
    }

    private void bring(int result, long timeNanos, long before, long offset) {
        if (hearsOfFeeds && grace.isBrought(results.series(result), timeNanos, before, offset)) {
            var slots = results.slots(result);
            slots.setLong(brought, Math.max(slots.longAt(brought), offset));
        }
    }

    private void add(int result, Row row, long timeNanos, long offset) {
        if (plan.needsRows()) {
            // Nothing of the bar is written before it is worked out, and what is not written is not shown anew.
            int time = first - 1;
            results.set(result, time, results.result(result).valueAt(time));
        } else {
            plan.update(results.slots(result), row, timeNanos, offset);
        }
        if (counts) {
            var slots = results.slots(result);
            slots.setLong(counter, slots.longAt(counter) + 1);
        }
    }

    /** Works a bar out anew from the rows that the row tier has. */
    void gather(int result) {
        reset(result);
        var series = accepted.rows(results.series(result));
        long to = grid.to(results.timeNanos(result));
        for (int i = series.lowerBound(grid.from(results.timeNanos(result)));
                i < series.size() && series.timeNanos(i) < to;
                i++) {
            if (grid.isHeld(series.timeNanos(i)) && accepted.accepts(series, i)) {
                add(result, series.row(i), series.timeNanos(i), series.offset(i));
                bring(result, series.timeNanos(i), series.progressBefore(i), series.offset(i));
            }
        }
    }

    /** Sets the cells of a bar with rows; whether one has changed. */
    boolean finish(int result) {
        boolean changed = set(result, aggregates(result), mayMiss(result) ? "PARTIAL" : "OK");
        return takesBack ? changed | set(result, withdrawn(), !hasRows(result)) : changed;
    }

    private @Nullable Object[] aggregates(int result) {
        if (!plan.needsRows()) {
            return plan.finish(results.slots(result));
        }
        plan.reset(scratch);
        var series = accepted.rows(results.series(result));
        long to = grid.to(results.timeNanos(result));
        for (int i = series.lowerBound(grid.from(results.timeNanos(result)));
                i < series.size() && series.timeNanos(i) < to;
                i++) {
            if (grid.isHeld(series.timeNanos(i)) && accepted.accepts(series, i)) {
                plan.update(scratch, series.row(i), series.timeNanos(i), series.offset(i));
            }
        }
        return plan.finish(scratch);
    }

    /**
     * Sets the cells of a bar without rows; whether one has changed. While rows may be missing nothing is filled in.
     *
     * @param nth how many windows it is after the last one with rows
     * @param previous the last bar with rows before it
     * @param next the first one after it, -1 for none yet
     */
    boolean fill(int result, long nth, int previous, int next) {
        if (mayMiss(result)) {
            return set(result, empty.unfilled(), "FEED_DOWN");
        }
        long before = results.timeNanos(previous);
        var place = new EmptyCells.Place(
                results.timeNanos(result), nth, before, next < 0 ? before : results.timeNanos(next));
        return set(
                result,
                empty.filled(place, column -> cell(previous, column), column -> cell(next, column)),
                "NO_TRADES");
    }

    private @Nullable Object cell(int result, int column) {
        return results.result(result).valueAt(first + column);
    }

    private boolean mayMiss(int result) {
        long key = results.timeNanos(result);
        return hearsOfFeeds
                && outages.mayMiss(
                        results.series(result),
                        grid.from(key),
                        grid.to(key),
                        results.slots(result).longAt(brought));
    }

    private boolean set(int result, @Nullable Object[] cells, String status) {
        boolean changed = false;
        for (int i = 0; i < cells.length; i++) {
            changed |= set(result, first + i, cells[i]);
        }
        return hasStatus ? changed | set(result, first + cells.length, status) : changed;
    }

    private boolean set(int result, int column, @Nullable Object cell) {
        boolean changes = !Objects.equals(results.result(result).valueAt(column), cell);
        if (changes) {
            results.set(result, column, cell);
        }
        return changes;
    }
}
