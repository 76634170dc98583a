package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.MovingWindow;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.operator.Rolling;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import org.jspecify.annotations.Nullable;

/**
 * {@link RollingOperator} over another view, whose results are replaced by later revisions.
 *
 * <p><b>Order</b> rows of equal time see each other, as in Polars. <b>Late rows</b> a row within grace gets its result at once
 * and revises the published results of the rows up to {@code period} after it. <b>State</b> none besides the results: what
 * waits is what the row tier holds and progress has not passed. <b>Revisions</b> of an input row, where the input is a view,
 * replace it: its result, and those whose windows hold it, are revised. <b>Cost</b> O(rows in the window) per row.
 */
public final class RevisedRollingOperator implements ViewOperator {
    private final StreamColumns input;
    private final RowTier rows;
    private final ResultTier results;
    private final WindowPlan plan;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows accepted;
    private final Results publisher;
    private final Rolling window;
    private final MovingWindow moving;
    private final PendingRows pending = new PendingRows();
    private String evaluatedSeries = "";
    private long evaluatedTime;
    private @Nullable Object[] evaluated = {};
    private boolean hasEvaluated;

    /** An operator that goes on where the stores stand. */
    public RevisedRollingOperator(
            ViewSpec.Rolling view,
            StreamColumns input,
            RowTier rows,
            ResultTier results,
            WindowPlan plan,
            ViewOutput output) {
        this.input = input;
        this.rows = rows;
        this.results = results;
        this.plan = plan;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.accepted = AcceptedRows.perRow(timing, input.identity(), TimeUnits.nanosPer(input.unit()));
        this.publisher = new Results(results, output);
        this.window = Rolling.over(view.period().toNanos());
        this.moving = plan.open();
        rows.seriesKeys().forEach(this::resume);
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
        hasEvaluated = false;
        long end = accepted.end(row.timeNanos());
        var decision = timing.decide(end, row.progressBefore());
        switch (decision) {
            case ON_TIME -> await(row);
            case CORRECTED -> correct(row);
            case LATE ->
                output.late(new ViewOutput.LateRow(
                        stream, row, end - window.periodNanos(), end, timing.lateness(end, row.progressBefore())));
            case OUTSIDE -> {}
        }
        return decision;
    }

    /** A revision of a row that waits takes its place by being the one that counts. */
    private void await(Accepted row) {
        if (!accepted.replaces(rows, row)) {
            pending.add(row.series(), row.timeNanos(), accepted.sequence(rows, row));
        }
    }

    private void correct(Accepted row) {
        var series = rows.series(row.series());
        var affected = window.affectedBy(series, row.timeNanos());
        for (int i = affected.from(); i < affected.to(); i++) {
            if (published(series.timeNanos(i)) && accepted.accepts(series, i)) {
                publish(row.series(), series, i, row.progress(), row.offset());
            }
        }
    }

    @Override
    public void onProgress(String stream, long progress, long offset) {
        for (var next = pending.peek();
                next != null && timing.closed(accepted.end(next.timeNanos()), progress);
                next = pending.peek()) {
            pending.remove();
            var series = rows.series(next.series());
            publish(next.series(), series, accepted.find(series, next.timeNanos(), next.sequence()), progress, offset);
        }
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

    private void publish(String key, SeriesRows series, int index, long progress, long offset) {
        long time = series.timeNanos(index);
        long sequence = accepted.sequence(series, index);
        int result = results.find(key, time, sequence);
        if (result < 0) {
            result = insert(key, series, index, sequence);
        }
        int column =
                results.resultSchema().getFields().size() - 3 - plan.outputs().size();
        for (var cell : cells(key, series, time)) {
            results.set(result, column++, cell);
        }
        publisher.publish(result, progress, offset);
    }

    /** Rows of equal time share one window: worked out once for all that are published together. */
    private @Nullable Object[] cells(String key, SeriesRows series, long time) {
        if (!hasEvaluated || !key.equals(evaluatedSeries) || time != evaluatedTime) {
            evaluated = window.evaluate(moving, series, time, i -> accepted.accepts(series, i));
            evaluatedSeries = key;
            evaluatedTime = time;
            hasEvaluated = true;
        }
        return evaluated;
    }

    private int insert(String key, SeriesRows series, int index, long sequence) {
        int result = results.insert(key, series.timeNanos(index), sequence);
        Row cells = series.row(index);
        int column = 0;
        for (int keyColumn : input.key()) {
            results.set(result, column++, cells.valueAt(keyColumn));
        }
        results.set(result, column++, cells.valueAt(input.time()));
        if (input.id().isPresent()) {
            results.set(result, column++, cells.valueAt(input.id().getAsInt()));
        }
        results.set(result, column, sequence);
        return result;
    }
}
