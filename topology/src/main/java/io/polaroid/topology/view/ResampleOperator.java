package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.Bucketing;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Aggregates over buckets {@code [start, start + every)}.
 *
 * <p><b>Shape</b> one result per series and bucket that has rows. <b>Late rows</b> rows of a closed bucket revise it within
 * grace and go to {@code late} beyond. <b>State</b> running aggregates in the slots of the result's own row. <b>Cost</b>
 * O(aggregates) per row.
 */
public final class ResampleOperator implements ViewOperator {
    private final ViewSpec.Resample view;
    private final StreamColumns input;
    private final RowTier rows;
    private final ResultTier results;
    private final AggregatePlan plan;
    private final ViewOutput output;
    private final Timing timing;
    private final Results publisher;
    private final long every;
    private final TreeMap<Long, TreeSet<String>> open = new TreeMap<>();

    /** An operator that goes on where the store stands. */
    public ResampleOperator(
            ViewSpec.Resample view,
            StreamColumns input,
            RowTier rows,
            ResultTier results,
            AggregatePlan plan,
            ViewOutput output) {
        this.view = view;
        this.input = input;
        this.rows = rows;
        this.results = results;
        this.plan = plan;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.publisher = new Results(results, output);
        this.every = view.every().toNanos();
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                opened(results.timeNanos(row), results.series(row));
            }
        });
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        long start = Bucketing.start(row.timeNanos(), every);
        var decision = timing.decide(start + every, row.progressBefore());
        if (decision == Decision.LATE) {
            long lateness = timing.lateness(start + every, row.progressBefore());
            output.late(new ViewOutput.LateRow(stream, row, start, start + every, lateness));
            return decision;
        }
        int result = results.find(row.series(), start, 0);
        if (result < 0) {
            result = insert(row, start);
        }
        plan.update(results.slots(result), row.row(), row.timeNanos(), row.offset());
        if (decision == Decision.CORRECTED) {
            finish(result);
            publisher.publish(result, row.progress(), row.offset());
        } else {
            opened(start, row.series());
        }
        return decision;
    }

    @Override
    public void onProgress(String stream, long progress, long offset) {
        while (!open.isEmpty() && timing.closed(open.firstKey() + every, progress)) {
            var bucket = open.pollFirstEntry();
            for (String series : bucket.getValue()) {
                int result = results.find(series, bucket.getKey(), 0);
                finish(result);
                publisher.publish(result, progress, offset);
            }
        }
    }

    @Override
    public long progress() {
        return rows.progress();
    }

    @Override
    public void refreshProvisional() {
        results.forEachChanged(row -> {
            if (results.isProvisional(row)) {
                finish(row);
                if (view.policy().emit() != ViewSpec.Emit.CLOSE) {
                    output.publish(results.series(row), results.timeNanos(row), results.result(row));
                }
            }
        });
    }

    private void opened(long start, String series) {
        open.computeIfAbsent(start, key -> new TreeSet<>()).add(series);
    }

    private int insert(Accepted row, long start) {
        int result = results.insert(row.series(), start, 0);
        Row cells = row.row();
        int column = 0;
        for (int key : input.key()) {
            results.set(result, column++, cells.valueAt(key));
        }
        results.set(result, column, TimeUnits.fromNanos(start, input.unit()));
        plan.reset(results.slots(result));
        return result;
    }

    private void finish(int result) {
        var cells = plan.finish(results.slots(result));
        int column = input.key().size() + 1;
        for (var cell : cells) {
            results.set(result, column++, cell);
        }
    }
}
