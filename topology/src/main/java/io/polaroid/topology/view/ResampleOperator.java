package io.polaroid.topology.view;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.Bucketing;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.Results.Cause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Aggregates over buckets {@code [start, start + every)}.
 *
 * <p><b>Shape</b> one result per series and bucket that has rows; with {@code fill}, also one for each bucket without, from the
 * series' first until {@code max_gap} after its last with rows. <b>Late rows</b> rows of a closed bucket revise it, and the
 * empty ones beside it, within grace and go to {@code late} beyond. <b>Revisions</b> of an input row, where the input is a view,
 * replace it: its bucket is worked out anew from the row tier. <b>State</b> running aggregates in the slots of the result's own row.
 * <b>Cost</b> O(aggregates) per row.
 */
public final class ResampleOperator implements ViewOperator {
    /** Above the first bucket that can be counted from in 64 bits of nanoseconds; before it nothing has closed. */
    private static final long EARLIEST = Long.MIN_VALUE / 2;

    private final ViewSpec.Resample view;
    private final StreamColumns input;
    private final RowTier rows;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows accepted;
    private final Results publisher;
    private final long every;
    private final BarCells cells;
    private final BarFill fill;
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
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.publisher = new Results(results, output);
        this.every = view.every().toNanos();
        this.accepted = AcceptedRows.perBucket(timing, input.identity(), time -> Bucketing.start(time, every) + every);
        this.cells = new BarCells(view, input, rows, results, plan);
        this.fill = new BarFill(view, input, results, cells, publisher, this::opened);
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                opened(results.timeNanos(row), results.series(row));
            }
        });
        fill.resume();
    }

    /** How many long slots a bar needs beside those of its aggregates. */
    public static int moreSlots(ViewSpec.Resample view) {
        return BarCells.moreSlots(view.gaps());
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
        take(result, row, start);
        if (decision == Decision.CORRECTED) {
            var cause = new Cause(row.progress(), row.offset());
            cells.finish(result);
            publisher.publish(result, cause);
            fill.corrected(row.series(), start, firstOpen(row.progressBefore()) - every, cause);
        } else {
            opened(start, row.series());
        }
        return decision;
    }

    private void take(int result, Accepted row, long start) {
        if (!accepted.replaces(rows, row)) {
            cells.add(result, row.row(), row.timeNanos(), row.offset());
            return;
        }
        var series = rows.series(row.series());
        cells.reset(result);
        for (int i = series.lowerBound(start); i < series.size() && series.timeNanos(i) < start + every; i++) {
            if (accepted.accepts(series, i)) {
                cells.add(result, series.row(i), series.timeNanos(i), series.offset(i));
            }
        }
    }

    @Override
    public void onProgress(String stream, long progress, long offset) {
        var cause = new Cause(progress, offset);
        while (!open.isEmpty() && timing.closed(open.firstKey() + every, progress)) {
            var bucket = open.pollFirstEntry();
            for (String series : bucket.getValue()) {
                close(series, bucket.getKey(), cause);
            }
        }
    }

    private void close(String series, long start, Cause cause) {
        int result = results.find(series, start, 0);
        if (result >= 0) {
            cells.finish(result);
        } else {
            result = fill.insert(series, start);
        }
        if (result >= 0) {
            publisher.publish(result, cause);
            fill.closed(series, start, result, cause);
        }
    }

    /** Bars that still take corrections say anew how their feed was. */
    @Override
    public void onFeed(ControlRecord control, long offset) {
        if (!view.gaps().isUsed() || rows.progress() < EARLIEST) {
            return;
        }
        var cause = new Cause(rows.progress(), offset);
        var withRows = new ArrayList<Integer>();
        var empty = new TreeSet<String>();
        results.forEachRow(row -> {
            long end = results.timeNanos(row) + every;
            boolean takesCorrections = !results.isProvisional(row) && !timing.isFinal(end, rows.progress());
            if (takesCorrections && end > control.fromNanos() && control.concerns(results.series(row))) {
                if (cells.hasRows(row)) {
                    withRows.add(row);
                } else {
                    empty.add(results.series(row));
                }
            }
        });
        withRows.sort(Comparator.<Integer>comparingLong(results::timeNanos).thenComparing(results::series));
        for (int row : withRows) {
            if (cells.finish(row)) {
                publisher.publish(row, cause);
            }
        }
        long firstOpen = firstOpen(rows.progress());
        long firstChangeable =
                Math.max(Math.max(EARLIEST, timing.openTo(rows.progress())), control.fromNanos()) - every + 1;
        fill.reviseAll(empty, new BarFill.Stretch(firstChangeable, firstOpen - every), cause);
    }

    @Override
    public long progress() {
        return rows.progress();
    }

    @Override
    public long settledBefore() {
        return rows.progress() < EARLIEST ? Long.MIN_VALUE : firstOpen(rows.progress());
    }

    /** Start of the first bucket that has not closed. */
    private long firstOpen(long progress) {
        return Bucketing.start(timing.closedTo(progress), every);
    }

    @Override
    public void refreshProvisional() {
        results.forEachChanged(row -> {
            if (results.isProvisional(row)) {
                cells.finish(row);
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
        Row from = row.row();
        int column = 0;
        for (int key : input.key()) {
            results.set(result, column++, from.valueAt(key));
        }
        results.set(result, column, TimeUnits.fromNanos(start, input.unit()));
        cells.reset(result);
        return result;
    }
}
