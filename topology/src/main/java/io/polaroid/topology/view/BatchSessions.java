package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The closed sessions of a series from all of its rows at once: what {@link SessionOperator} must come to in the end. */
public final class BatchSessions {
    private final ViewSpec.Session view;
    private final StreamColumns input;
    private final SessionCells plan;

    /** Sessions of a view. */
    public BatchSessions(ViewSpec.Session view, StreamColumns input) {
        this.view = view;
        this.input = input;
        this.plan = SessionCells.of(view, input).orThrow();
    }

    /** The cells of each closed session by the time of its first row. */
    public TreeMap<Long, List<@Nullable Object>> of(SeriesRows rows, long progress) {
        var timing = Timing.of(view.policy());
        var slots = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        var sessions = new TreeMap<Long, List<@Nullable Object>>();
        long gap = view.gap().toNanos();
        for (int from = 0, to; from < rows.size(); from = to) {
            plan.reset(slots);
            to = from;
            do {
                plan.update(slots, rows.row(to), rows.timeNanos(to), rows.offset(to));
                to++;
            } while (to < rows.size() && rows.timeNanos(to) - rows.timeNanos(to - 1) <= gap);
            long last = rows.timeNanos(to - 1);
            if (timing.closed(last + gap + TimeUnits.nanosPer(input.unit()), progress)) {
                var cells = new ArrayList<@Nullable Object>();
                for (int key : input.key()) {
                    cells.add(rows.row(from).valueAt(key));
                }
                cells.add(TimeUnits.fromNanos(rows.timeNanos(from), input.unit()));
                cells.add(TimeUnits.fromNanos(last, input.unit()));
                cells.addAll(Arrays.asList(plan.finish(slots, rows, i -> true, rows.timeNanos(from), last)));
                cells.add(false);
                sessions.put(rows.timeNanos(from), cells);
            }
        }
        return sessions;
    }
}
