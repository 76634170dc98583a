package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The aggregates of a session: most run along in its slots, however long it is; those that need its rows are worked out from them, and
 * are null for a session that is longer than its rows are sure to be kept.
 */
final class SessionCells {
    private final Optional<AggregatePlan> running;
    private final Optional<AggregatePlan> gathered;
    private final List<Field> outputs = new ArrayList<>();
    private final boolean[] isGathered;
    private final ArraySlots scratch;
    private final long longest;

    private SessionCells(ViewSpec.Session view, Optional<AggregatePlan> running, Optional<AggregatePlan> gathered) {
        this.running = running;
        this.gathered = gathered;
        this.longest = view.longest().toNanos();
        this.isGathered = new boolean[view.aggregates().size()];
        this.scratch = gathered.map(plan -> new ArraySlots(plan.doubleSlots(), plan.longSlots()))
                .orElseGet(() -> new ArraySlots(0, 0));
        int at = 0;
        for (String name : view.aggregates().sequencedKeySet()) {
            var of = running.flatMap(plan -> field(plan, name));
            isGathered[at++] = of.isEmpty();
            outputs.add(of.or(() -> gathered.flatMap(plan -> field(plan, name))).orElseThrow());
        }
    }

    private static Optional<Field> field(AggregatePlan plan, String name) {
        return plan.outputs().stream()
                .filter(field -> field.getName().equals(name))
                .findFirst();
    }

    /** The cells of a view, or why there are none. */
    static Result<SessionCells> of(ViewSpec.Session view, StreamColumns input) {
        var run = new LinkedHashMap<String, String>();
        var gather = new LinkedHashMap<String, String>();
        for (var aggregate : view.aggregates().entrySet()) {
            var one = new LinkedHashMap<String, String>();
            one.put(aggregate.getKey(), aggregate.getValue());
            switch (AggregatePlan.of(one, input.schema())) {
                case Result.Ok<AggregatePlan>(var plan) ->
                    (plan.needsRows() ? gather : run).put(aggregate.getKey(), aggregate.getValue());
                case Result.Err<AggregatePlan> err -> {
                    return Result.err(err.problem());
                }
            }
        }
        return plan(run, input)
                .flatMap(running -> plan(gather, input).map(rest -> new SessionCells(view, running, rest)));
    }

    private static Result<Optional<AggregatePlan>> plan(LinkedHashMap<String, String> of, StreamColumns input) {
        return of.isEmpty()
                ? Result.ok(Optional.empty())
                : AggregatePlan.of(of, input.schema()).map(Optional::of);
    }

    List<Field> outputs() {
        return outputs;
    }

    int doubleSlots() {
        return running.map(AggregatePlan::doubleSlots).orElse(0);
    }

    int longSlots() {
        return running.map(AggregatePlan::longSlots).orElse(0);
    }

    void reset(Slots slots) {
        running.ifPresent(plan -> plan.reset(slots));
    }

    void update(Slots slots, Row row, long timeNanos, long offset) {
        running.ifPresent(plan -> plan.update(slots, row, timeNanos, offset));
    }

    /**
     * The cells of a session.
     *
     * @param rows of its series
     * @param accepted which of them count
     */
    @Nullable
    Object[] finish(Slots slots, SeriesRows rows, IntPredicate accepted, long first, long last) {
        @Nullable Object[] ran = running.map(plan -> plan.finish(slots)).orElseGet(() -> new Object[0]);
        @Nullable
        Object[] made = gathered.isPresent() && last - first <= longest
                ? gather(gathered.get(), rows, accepted, first, last)
                : new Object[gathered.map(plan -> plan.outputs().size()).orElse(0)];
        @Nullable Object[] cells = new Object[isGathered.length];
        int fromRan = 0;
        int fromMade = 0;
        for (int i = 0; i < cells.length; i++) {
            cells[i] = isGathered[i] ? made[fromMade++] : ran[fromRan++];
        }
        return cells;
    }

    private @Nullable Object[] gather(
            AggregatePlan plan, SeriesRows rows, IntPredicate accepted, long first, long last) {
        plan.reset(scratch);
        for (int i = rows.lowerBound(first); i < rows.size() && rows.timeNanos(i) <= last; i++) {
            if (accepted.test(i)) {
                plan.update(scratch, rows.row(i), rows.timeNanos(i), rows.offset(i));
            }
        }
        return plan.finish(scratch);
    }
}
