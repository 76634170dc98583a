package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Fill;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The cells of bars: aggregates of their rows, else what fills them, and their status. */
final class BarCells {
    private final RowTier rows;
    private final ResultTier results;
    private final AggregatePlan plan;
    private final long every;
    private final boolean isFilled;
    private final boolean hasStatus;
    private final int first;
    private final int counter;
    private final @Nullable Object[] empty;
    private final List<Optional<Fill>> fills = new ArrayList<>();

    BarCells(ViewSpec.Resample view, StreamColumns input, RowTier rows, ResultTier results, AggregatePlan plan) {
        this.rows = rows;
        this.results = results;
        this.plan = plan;
        this.every = view.every().toNanos();
        this.isFilled = view.gaps().isFilled();
        this.hasStatus = view.gaps().status();
        this.first = input.key().size() + 1;
        this.counter = plan.longSlots();
        var slots = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        plan.reset(slots);
        this.empty = plan.finish(slots);
        for (int i = 0; i < plan.outputs().size(); i++) {
            var ofColumn = Optional.ofNullable(
                    view.gaps().columns().get(plan.outputs().get(i).getName()));
            fills.add(
                    ofColumn.isPresent() || empty[i] != null
                            ? ofColumn
                            : view.gaps().fill());
        }
    }

    /** Bars that can be without rows count them, behind the slots of their aggregates. */
    static int moreSlots(ViewSpec.Gaps gaps) {
        return gaps.isFilled() ? 1 : 0;
    }

    boolean hasRows(int result) {
        return !isFilled || results.slots(result).longAt(counter) > 0;
    }

    /** Makes a bar that of no rows. */
    void reset(int result) {
        var slots = results.slots(result);
        plan.reset(slots);
        if (isFilled) {
            slots.setLong(counter, 0);
        }
    }

    void add(int result, Row row, long timeNanos, long offset) {
        var slots = results.slots(result);
        plan.update(slots, row, timeNanos, offset);
        if (isFilled) {
            slots.setLong(counter, slots.longAt(counter) + 1);
        }
    }

    /** Sets the cells of a bar with rows; whether one has changed. */
    boolean finish(int result) {
        return set(result, plan.finish(results.slots(result)), mayMiss(result) ? "PARTIAL" : "OK");
    }

    /**
     * Sets the cells of a bar without rows; whether one has changed. While rows may be missing nothing is filled in.
     *
     * @param previous the last bar with rows before it
     * @param next the first one after it, -1 for none yet
     */
    boolean fill(int result, int previous, int next) {
        if (mayMiss(result)) {
            return set(result, empty, "FEED_DOWN");
        }
        @Nullable Object[] cells = empty.clone();
        for (int i = 0; i < cells.length; i++) {
            if (fills.get(i).isPresent()) {
                cells[i] = switch (fills.get(i).get()) {
                    case Fill.Nothing nothing -> null;
                    case Fill.Constant constant -> number(i, constant.value());
                    case Fill.Previous of ->
                        cell(previous, of.column().map(this::indexOf).orElse(i));
                    case Fill.Linear linear -> next < 0 ? null : between(i, result, previous, next);
                };
            }
        }
        return set(result, cells, "NO_TRADES");
    }

    private @Nullable Object between(int column, int result, int previous, int next) {
        if (!(cell(previous, column) instanceof Number from) || !(cell(next, column) instanceof Number to)) {
            return null;
        }
        double part = (double) (results.timeNanos(result) - results.timeNanos(previous))
                / (results.timeNanos(next) - results.timeNanos(previous));
        return number(column, from.doubleValue() + (to.doubleValue() - from.doubleValue()) * part);
    }

    private Object number(int column, double value) {
        boolean whole = plan.outputs().get(column).getType() instanceof ArrowType.Int;
        return whole ? (Object) Math.round(value) : (Object) value;
    }

    private @Nullable Object cell(int result, int column) {
        return results.result(result).valueAt(first + column);
    }

    private int indexOf(String output) {
        for (int i = 0; i < plan.outputs().size(); i++) {
            if (plan.outputs().get(i).getName().equals(output)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no column " + output + " to fill from");
    }

    private boolean mayMiss(int result) {
        long start = results.timeNanos(result);
        return (hasStatus || isFilled) && rows.mayMiss(results.series(result), start, start + every);
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
