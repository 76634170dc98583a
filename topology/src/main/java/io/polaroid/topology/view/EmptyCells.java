package io.polaroid.topology.view;

import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.pipeline.ViewSpec.Fill;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** What the aggregates of a window without rows are filled with. */
final class EmptyCells {
    private final AggregatePlan plan;
    private final @Nullable Object[] empty;
    private final List<Optional<Fill>> fills = new ArrayList<>();

    EmptyCells(ViewSpec.Gaps gaps, AggregatePlan plan) {
        this.plan = plan;
        var slots = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        plan.reset(slots);
        this.empty = plan.finish(slots);
        for (int i = 0; i < empty.length; i++) {
            var ofColumn =
                    Optional.ofNullable(gaps.columns().get(plan.outputs().get(i).getName()));
            fills.add(ofColumn.isPresent() || empty[i] != null ? ofColumn : gaps.fill());
        }
    }

    /** The aggregates of no rows. */
    @Nullable
    Object[] unfilled() {
        return empty.clone();
    }

    /**
     * Where an empty window lies.
     *
     * @param start its key
     * @param nth how many windows it is after the last one with rows
     * @param previous the key of the last window with rows before it
     * @param next that of the first one after it; the same as {@code previous} for none yet
     */
    record Place(long start, long nth, long previous, long next) {}

    /** Their cells, from those of the windows with rows around. */
    @Nullable
    Object[] filled(Place place, IntFunction<@Nullable Object> previous, IntFunction<@Nullable Object> next) {
        @Nullable Object[] cells = empty.clone();
        for (int i = 0; i < cells.length; i++) {
            if (fills.get(i).isPresent()) {
                cells[i] = filled(fills.get(i).get(), i, place, previous, next);
            }
        }
        return cells;
    }

    private @Nullable Object filled(
            Fill fill,
            int column,
            Place place,
            IntFunction<@Nullable Object> previous,
            IntFunction<@Nullable Object> next) {
        return switch (fill) {
            case Fill.Nothing nothing -> null;
            case Fill.Constant constant -> number(column, constant.value());
            case Fill.Previous of ->
                previous.apply(of.column().map(this::indexOf).orElse(column));
            case Fill.Linear linear -> {
                if (place.next() == place.previous()
                        || !(previous.apply(column) instanceof Number from)
                        || !(next.apply(column) instanceof Number to)) {
                    yield null;
                }
                double part = (double) (place.start() - place.previous()) / (place.next() - place.previous());
                yield number(column, from.doubleValue() + (to.doubleValue() - from.doubleValue()) * part);
            }
            case Fill.Limited(Fill limited, int limit) ->
                place.nth() > limit ? null : filled(limited, column, place, previous, next);
        };
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
