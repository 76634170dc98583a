package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A function of each row and those of its series before it; see {@link RowKernel}.
 *
 * <p><b>Shape</b> one result for each row. <b>Order</b> rows of a series by (time, offset). <b>Late rows</b> a row within grace gets its
 * result at once; those after it that it changes are published anew. <b>State</b> what waits is what the row tier holds and progress has
 * not passed; a state that goes on from row to row lies in the slots of results. <b>Revisions</b> of an input row, where the input is a
 * view, replace it. <b>Cost</b> that of the kernel per row, and per row after a late one.
 */
public final class PerRowOperator implements ViewOperator {
    private final RowTier rows;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows accepted;
    private final Results publisher;
    private final RowKernel kernel;
    private final RowResults layout;
    private final ArraySlots state;
    private final PendingRows pending = new PendingRows();

    /** An operator that goes on where the stores stand. */
    public PerRowOperator(
            ViewSpec.PerRow view, StreamColumns input, RowTier rows, ResultTier results, ViewOutput output) {
        this.rows = rows;
        this.results = results;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.accepted = AcceptedRows.perRow(timing, input.identity(), TimeUnits.nanosPer(input.unit()));
        this.publisher = new Results(results, output);
        this.kernel = RowKernels.of(view.function(), input).orThrow();
        this.layout = new RowResults(input, kernel);
        this.state = new ArraySlots(kernel.slots(), 0);
        rows.seriesKeys().forEach(this::resume);
    }

    /** How many double slots a result needs. */
    public static int doubleSlots(ViewSpec.PerRow view, StreamColumns input) {
        return RowKernels.of(view.function(), input).orThrow().slots();
    }

    private void resume(String key) {
        var series = rows.series(key);
        for (int i = 0; i < series.size(); i++) {
            if (!published(series.timeNanos(i)) && accepted.accepts(series, i)) {
                pending.add(key, series.timeNanos(i), accepted.sequence(series, i));
            }
        }
    }

    private boolean published(long timeNanos) {
        return timing.closed(accepted.end(timeNanos), rows.progress());
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        long end = accepted.end(row.timeNanos());
        var decision = timing.decide(end, row.progressBefore());
        switch (decision) {
            case ON_TIME -> {
                if (!accepted.replaces(rows, row)) {
                    pending.add(row.series(), row.timeNanos(), accepted.sequence(rows, row));
                }
            }
            case CORRECTED -> correct(row);
            case LATE -> {
                long lateness = timing.lateness(end, row.progressBefore());
                output.late(new ViewOutput.LateRow(stream, row, row.timeNanos(), end, lateness));
            }
            case OUTSIDE -> throw new IllegalStateException("a row is in the window that ends with it");
        }
        return decision;
    }

    private void correct(Accepted row) {
        var history = history(row.series());
        var cause = new Results.Cause(row.progress(), row.offset());
        var affected = kernel.affectedBy(history, row.timeNanos());
        for (int i = affected.from();
                i < affected.to() && published(history.rows().timeNanos(i));
                i++) {
            if (history.accepted().test(i)) {
                publish(row.series(), history, i, cause);
            }
        }
    }

    private History history(String key) {
        SeriesRows series = rows.series(key);
        return new History(series, i -> accepted.accepts(series, i));
    }

    @Override
    public void onProgress(String stream, long progress, long offset) {
        var cause = new Results.Cause(progress, offset);
        for (var next = pending.peek();
                next != null && timing.closed(accepted.end(next.timeNanos()), progress);
                next = pending.peek()) {
            var history = history(next.series());
            for (int index : sameTime(next, history)) {
                publish(next.series(), history, index, cause);
            }
        }
    }

    /** Takes all rows of a series and time: a state goes on from one to the next in the order of the row tier. */
    private List<Integer> sameTime(PendingRows.Pending first, History history) {
        var indexes = new ArrayList<Integer>();
        for (var next = first;
                next != null && next.series().equals(first.series()) && next.timeNanos() == first.timeNanos();
                next = pending.peek()) {
            pending.remove();
            indexes.add(accepted.find(history.rows(), next.timeNanos(), next.sequence()));
        }
        indexes.sort(null);
        return indexes;
    }

    private void publish(String key, History history, int index, Results.Cause cause) {
        long time = history.rows().timeNanos(index);
        long sequence = accepted.sequence(history.rows(), index);
        int before = kernel.slots() == 0 ? History.NONE : history.before(index, time, kernel.withinNanos());
        boolean begins = before == History.NONE || !recall(key, history, before);
        @Nullable Object[] made = kernel.evaluate(history, index, state, begins);
        @Nullable Object[] cells = layout.cells(history.rows().row(index), sequence, made);
        int result = results.find(key, time, sequence);
        boolean isNew = result < 0;
        if (isNew) {
            result = results.insert(key, time, sequence);
        }
        boolean changed = isNew;
        for (int i = 0; i < cells.length; i++) {
            if (!Objects.equals(results.result(result).valueAt(i), cells[i])) {
                results.set(result, i, cells[i]);
                changed = true;
            }
        }
        Slots own = kernel.slots() == 0 ? state : results.slots(result);
        for (int i = 0; i < kernel.slots(); i++) {
            own.setDouble(i, state.doubleAt(i));
        }
        if (changed) {
            publisher.publish(result, cause);
        }
    }

    /** Whether the result of the row before was there to take the state from. */
    private boolean recall(String key, History history, int before) {
        int result = results.find(key, history.rows().timeNanos(before), accepted.sequence(history.rows(), before));
        if (result < 0) {
            return false;
        }
        Slots slots = results.slots(result);
        for (int i = 0; i < kernel.slots(); i++) {
            state.setDouble(i, slots.doubleAt(i));
        }
        return true;
    }

    @Override
    public long progress() {
        return rows.progress();
    }

    @Override
    public long settledBefore() {
        return timing.settledBefore(rows.progress());
    }

    @Override
    public void refreshProvisional() {}
}
