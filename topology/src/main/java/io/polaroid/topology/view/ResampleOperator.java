package io.polaroid.topology.view;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.Results.Cause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Aggregates over windows of time, which may overlap, lie in sessions of a market, or leave times out.
 *
 * <p><b>Shape</b> one result per series and window that has rows; with {@code fill}, also one for each bucket without, from the
 * series' first until {@code max_gap} after its last with rows. <b>Late rows</b> rows of a closed bucket revise it, and the
 * empty ones beside it, within grace ({@link WindowGrace}) and go to {@code late} beyond; of windows that overlap the first to end decides. <b>Revisions</b> of an input row, where the input is a view,
 * replace it: its windows are worked out anew from the row tier. <b>State</b> running aggregates in the slots of the result's own
 * row. <b>Cost</b> O(aggregates) per row and window; aggregates that need the rows O(rows of the window) per result.
 */
public final class ResampleOperator implements ViewOperator {
    /** Above the first bucket that can be counted from in 64 bits of nanoseconds; before it nothing has closed. */
    private static final long EARLIEST = Long.MIN_VALUE / 2;

    private final ViewSpec.Resample view;
    private final StreamColumns input;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final WindowGrace grace;
    private final AcceptedRows accepted;
    private final Results publisher;
    private final Grid grid;
    private final BarCells cells;
    private final BarFill fill;
    private final TreeMap<Long, TreeSet<String>> open = new TreeMap<>();

    /** An operator that goes on where the store stands. */
    public ResampleOperator(
            ViewSpec.Resample view, ViewInput from, ResultTier results, AggregatePlan plan, ViewOutput output) {
        this.view = view;
        this.input = from.columns();
        this.results = results;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.publisher = new Results(results, output);
        this.grid = view.windows().grid(TimeUnits.nanosPer(input.unit())).orThrow();
        this.grace = new WindowGrace(view, from);
        this.accepted = AcceptedRows.perWindow(from, grid::firstEnd, grace.lateness(), this::wasInTime);
        this.cells = new BarCells(
                view, input, new BarCells.Parts(from.rows().outages(), results, accepted, plan, grid, grace));
        this.fill = new BarFill(view, input, results, cells, grid, publisher, this::opened);
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                opened(results.timeNanos(row), results.series(row));
            }
        });
        fill.resume();
    }

    /** How many double slots a bar needs. */
    public static int doubleSlots(AggregatePlan plan) {
        return BarCells.doubleSlots(plan);
    }

    /** How many long slots a bar needs. */
    public static int longSlots(ViewSpec.Resample view, StreamColumns input, AggregatePlan plan) {
        return BarCells.longSlots(view, input, plan);
    }

    /** The first window to end decides. */
    private boolean wasInTime(SeriesRows rows, int index) {
        long time = rows.timeNanos(index);
        long before = rows.progressBefore(index);
        long end = grid.firstEnd(time);
        return !grace.lateness().wasLate(rows, index, end)
                || grace.decide(
                                SeriesKey.of(rows.row(index), input.key()),
                                firstStart(time),
                                end,
                                before,
                                rows.offset(index))
                        != Decision.LATE;
    }

    private long firstStart(long time) {
        return grid.from(grid.firstEndingAfter(time));
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        accepted.saw(row);
        long end = grid.firstEnd(row.timeNanos());
        if (end == Grid.NONE_AFTER) {
            return Decision.OUTSIDE;
        }
        boolean isThere = accepted.isThere(row);
        if (!isThere && !accepted.hadEarlier(row, earlier -> true)) {
            return Decision.OUTSIDE;
        }
        long start = firstStart(row.timeNanos());
        var decision = grace.decide(row.series(), start, end, row.progressBefore(), row.offset());
        if (decision == Decision.LATE) {
            long lateness = grace.lateness(row.series(), start, end, row.progressBefore(), row.offset());
            output.late(new ViewOutput.LateRow(stream, row, start, end, lateness));
            return decision;
        }
        boolean replaces = accepted.replaces(row);
        grid.forEach(row.timeNanos(), key -> take(key, row, replaces));
        return decision;
    }

    private void take(long key, Accepted row, boolean replaces) {
        int result = results.find(row.series(), key, 0);
        if (result < 0 && (results.isExpired(grid.from(key)) || !accepted.isThere(row))) {
            // The view was added later, and has not seen the beginning of this window.
            return;
        }
        if (result < 0) {
            result = insert(row, key);
        }
        if (replaces) {
            cells.gather(result);
        } else {
            cells.add(result, row);
        }
        if (timing.closed(grid.to(key), row.progressBefore())) {
            var cause = new Cause(row.progress(), row.offset());
            boolean wasOut = !results.isProvisional(result) && !cells.isWithdrawn(result);
            cells.finish(result);
            if (!wasOut && !cells.hasRows(result)) {
                return;
            }
            publisher.publish(result, cause);
            fill.corrected(row.series(), key, grid.previous(firstOpen(row.progressBefore())), cause);
        } else {
            opened(key, row.series());
        }
    }

    @Override
    public void onProgress(String stream, long progress, long offset) {
        accepted.saw(progress, offset);
        var cause = new Cause(progress, offset);
        while (!open.isEmpty() && timing.closed(grid.to(open.firstKey()), progress)) {
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
            if (cells.isWithdrawn(result)) {
                return;
            }
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
        if (!view.gaps().isUsed() || accepted.progress() < EARLIEST) {
            return;
        }
        var cause = new Cause(accepted.progress(), offset);
        var withRows = new ArrayList<Integer>();
        var empty = new TreeSet<String>();
        results.forEachRow(row -> {
            long end = grid.to(results.timeNanos(row));
            if (!results.isProvisional(row)
                    && listens(results.timeNanos(row))
                    && end > control.fromNanos()
                    && control.concerns(results.series(row))) {
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
        long firstOpen = firstOpen(accepted.progress());
        long firstChanged = grid.firstEndingAfter(Math.max(EARLIEST, control.fromNanos()));
        fill.reviseAll(empty, new BarFill.Stretch(firstChanged, grid.previous(firstOpen), this::listens), cause);
    }

    /** Whether a window still says what control records tell. */
    private boolean listens(long key) {
        return grace.listens(grid.from(key), grid.to(key), accepted.progress());
    }

    @Override
    public long progress() {
        return accepted.progress();
    }

    @Override
    public long settledBefore() {
        return accepted.progress() < EARLIEST ? Long.MIN_VALUE : firstOpen(accepted.progress());
    }

    @Override
    public long keepsFrom() {
        return grace.keepsFrom(view.gaps(), accepted.progress());
    }

    /** The first window that has not closed. */
    private long firstOpen(long progress) {
        return grid.firstEndingAfter(timing.closedTo(progress));
    }

    @Override
    public long heapBytes() {
        return accepted.heapBytes();
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
