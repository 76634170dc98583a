package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.StagedResults;
import io.polaroid.timeseries.aggregate.MovingWindow;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.operator.Rolling;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates over {@code (t - period, t]} of the series, one result for each row.
 *
 * <p><b>Order</b> rows of equal time see each other, as in Polars. <b>Late rows</b> a row within grace gets its result at once
 * and revises the published results of the rows up to {@code period} after it, from the row tier; of a frame it sees the rows
 * up to its own. <b>State</b> a window for each series, on the heap, that moves on as its results are published; it is made from
 * the row tier after a restart. <b>Cost</b> amortised constant per row that is the newest of its series, late or not, and O(rows
 * in two windows) per late row that is not; and what is published, which among n late rows of equal time are n results for each.
 */
public final class RollingOperator implements ViewOperator {
    /** A window without rows, and what is known of its series. */
    private static final long SERIES_BYTES = 600;

    private final StreamColumns input;
    private final ResultTier results;
    private final WindowPlan plan;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows accepted;
    private final Results publisher;
    private final NewResults fresh;
    private final Rolling rolling;
    private final MovingWindow corrected;
    private final SeriesNumbers numbers = new SeriesNumbers();
    private final SeriesNumbers.OfInput ofInput = new SeriesNumbers.OfInput(numbers);
    private final List<Moving> series = new ArrayList<>();
    private final WaitingRows waiting = new WaitingRows(numbers);
    private final int firstAggregate;
    private final int rowBytes;

    /** For how many rows the windows have room together. */
    private long capacity;

    /** What is known of a series. */
    private static final class Moving {
        final String name;
        final @Nullable Object[] keyCells;
        final MovingWindow window;
        final NewResults.Series results;
        /** Rows at this time and before may be missing in the window. */
        final long knownAfter;
        /** The greatest time of the rows whose results are published. */
        long published = Long.MIN_VALUE;

        Moving(
                String name,
                @Nullable Object[] keyCells,
                MovingWindow window,
                NewResults.Series results,
                long knownAfter) {
            this.name = name;
            this.keyCells = keyCells;
            this.window = window;
            this.results = results;
            this.knownAfter = knownAfter;
        }
    }

    /** An operator. */
    public RollingOperator(
            ViewSpec.Rolling view, ViewInput from, ResultTier results, WindowPlan plan, ViewOutput output) {
        this.input = from.columns();
        this.results = results;
        this.plan = plan;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.accepted = AcceptedRows.perRow(from, timing);
        this.publisher = new Results(results, output);
        this.fresh = new NewResults(results, publisher, output);
        this.rolling = Rolling.over(view.period().toNanos());
        this.corrected = plan.open();
        this.rowBytes = plan.rowBytes();
        this.firstAggregate =
                results.resultSchema().getFields().size() - 3 - plan.outputs().size();
        if (from.resumes()) {
            accepted.seriesKeys().forEach(this::resume);
        }
    }

    private void resume(String key) {
        var held = accepted.rows(key);
        int from = held.upperBound(firstUseful(accepted.progress()));
        if (from < held.size()) {
            var moving = moving(numbers.of(key), held.row(from), accepted.progress(), Long.MAX_VALUE);
            for (int i = from; i < held.size(); i++) {
                if (!timing.closed(accepted.end(held.timeNanos(i)), accepted.progress()) && accepted.accepts(held, i)) {
                    waiting.add(numbers.of(moving.name), held.timeNanos(i), held.offset(i), idCell(held.row(i)));
                }
            }
        }
    }

    /** The time up to which rows are in no window of a row that is still to come in time. */
    private long firstUseful(long before) {
        long closed = timing.closedTo(before);
        long reach = rolling.periodNanos() + accepted.end(0);
        return closed < Long.MIN_VALUE + reach ? Long.MIN_VALUE : closed - reach;
    }

    /**
     * What is known of a series; when it is first met, that is what the row tier has of it.
     *
     * @param before progress before the row in hand
     * @param belowOffset of the row in hand
     */
    private Moving moving(int number, Row row, long before, long belowOffset) {
        if (number < series.size()) {
            return series.get(number);
        }
        String name = numbers.name(number);
        @Nullable Object[] keyCells = input.key().stream().map(row::valueAt).toArray();
        var made = new Moving(name, keyCells, plan.open(), fresh.series(name), firstUseful(before));
        series.add(made);
        if (before > Long.MIN_VALUE) {
            var held = accepted.rows(made.name);
            for (int i = held.upperBound(made.knownAfter); i < held.size(); i++) {
                if (held.offset(i) < belowOffset && accepted.accepts(held, i)) {
                    made.window.add(held.row(i), held.timeNanos(i), held.offset(i));
                }
            }
            made.published = published(held, before, belowOffset);
        }
        capacity += made.window.capacity();
        return made;
    }

    private long published(SeriesRows held, long before, long belowOffset) {
        for (int i = held.size() - 1; i >= 0; i--) {
            if (held.offset(i) < belowOffset
                    && timing.closed(accepted.end(held.timeNanos(i)), before)
                    && accepted.accepts(held, i)) {
                return held.timeNanos(i);
            }
        }
        return Long.MIN_VALUE;
    }

    private @Nullable Object idCell(Row row) {
        return input.id().isPresent() ? row.valueAt(input.id().getAsInt()) : null;
    }

    @Override
    public Decision onRow(String stream, AppliedRows frame, int index) {
        accepted.saw(frame, index);
        long time = frame.timeNanos(index);
        long before = frame.progressBefore(index);
        if (timing.closed(accepted.end(time), before)) {
            return onRow(stream, (Accepted) frame.applied(index));
        }
        await(ofInput.of(frame, index), frame.row(index), time, before, frame.offset(index));
        return Decision.ON_TIME;
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        accepted.saw(row);
        long end = accepted.end(row.timeNanos());
        var decision = accepted.lateness().decide(row, end);
        switch (decision) {
            case ON_TIME ->
                await(numbers.of(row.series()), row.row(), row.timeNanos(), row.progressBefore(), row.offset());
            case CORRECTED -> correct(row);
            case LATE ->
                output.late(new ViewOutput.LateRow(
                        stream,
                        row,
                        end - rolling.periodNanos(),
                        end,
                        accepted.lateness().nanos(row, end)));
            case OUTSIDE -> {}
        }
        return decision;
    }

    private void await(int number, Row row, long time, long before, long offset) {
        add(moving(number, row, before, offset).window, row, time, offset);
        waiting.add(number, time, offset, idCell(row));
    }

    private void add(MovingWindow window, Row row, long time, long offset) {
        int before = window.capacity();
        window.add(row, time, offset);
        capacity += window.capacity() - before;
    }

    private void correct(Accepted row) {
        var moving = moving(numbers.of(row.series()), row.row(), row.progressBefore(), row.offset());
        add(moving.window, row.row(), row.timeNanos(), row.offset());
        flush();
        var held = accepted.rows(row.series());
        long after = row.timeNanos() - rolling.periodNanos();
        if (row.timeNanos() >= moving.published && after >= moving.knownAfter) {
            moveTo(moving, row.timeNanos());
            reviseEqual(moving, held, row);
        } else {
            reviseLater(moving, held, row);
            moving.published = Math.max(moving.published, row.timeNanos());
        }
    }

    /** Nothing later is published: the window goes on as it does for rows in time. */
    private void reviseEqual(Moving moving, SeriesRows held, Accepted cause) {
        long time = cause.timeNanos();
        @Nullable Object[] cells = moving.window.finish();
        for (int i = held.lowerBound(time); i < held.size() && held.timeNanos(i) == time; i++) {
            if (accepted.accepts(held, i)) {
                revise(moving, held, i, cause, cells);
            }
        }
    }

    private void reviseLater(Moving moving, SeriesRows held, Accepted cause) {
        var affected = rolling.affectedBy(held, cause.timeNanos());
        corrected.clear();
        int loaded = held.upperBound(cause.timeNanos() - rolling.periodNanos());
        for (int i = affected.from(); i < affected.to(); i++) {
            long time = held.timeNanos(i);
            if (!timing.closed(accepted.end(time), cause.progress())) {
                break;
            }
            while (loaded < held.size() && held.timeNanos(loaded) <= time) {
                if (accepted.accepts(held, loaded)) {
                    corrected.add(held.row(loaded), held.timeNanos(loaded), held.offset(loaded));
                }
                loaded++;
            }
            if (accepted.accepts(held, i)) {
                corrected.moveTo(time - rolling.periodNanos(), time);
                revise(moving, held, i, cause, corrected.finish());
            }
        }
    }

    private void revise(Moving moving, SeriesRows held, int index, Accepted cause, @Nullable Object[] cells) {
        long time = held.timeNanos(index);
        long sequence = held.offset(index);
        int result = results.find(moving.name, time, sequence);
        if (result < 0) {
            result = results.insert(moving.name, time, sequence);
            int column = 0;
            for (var cell : moving.keyCells) {
                results.set(result, column++, cell);
            }
            results.set(result, column++, TimeUnits.fromNanos(time, input.unit()));
            if (input.id().isPresent()) {
                results.set(result, column++, idCell(held.row(index)));
            }
            results.set(result, column, sequence);
        }
        int column = firstAggregate;
        for (var cell : cells) {
            results.set(result, column++, cell);
        }
        publisher.publish(result, cause.progress(), cause.offset());
    }

    @Override
    public void onProgress(String stream, long newProgress, long offset) {
        accepted.saw(newProgress, offset);
        while (!waiting.isEmpty() && timing.closed(accepted.end(waiting.timeNanos(0)), newProgress)) {
            publishFirst(offset);
            waiting.remove();
        }
    }

    private void moveTo(Moving moving, long time) {
        int before = moving.window.capacity();
        moving.window.moveTo(time - rolling.periodNanos(), time);
        capacity += moving.window.capacity() - before;
        moving.published = time;
    }

    private void publishFirst(long offset) {
        long time = waiting.timeNanos(0);
        long sequence = waiting.sequence(0);
        var moving = series.get(waiting.series(0));
        moveTo(moving, time);
        StagedResults cells = fresh.cells();
        int at = fresh.at();
        int column = 0;
        for (var cell : moving.keyCells) {
            cells.set(at, column++, cell);
        }
        cells.setLong(at, column++, TimeUnits.fromNanos(time, input.unit()));
        if (input.id().isPresent()) {
            cells.set(at, column++, waiting.extra(0));
        }
        cells.setLong(at, column, sequence);
        moving.window.finish(cells.outputs(at, firstAggregate));
        fresh.publish(moving.results, time, sequence, accepted.progress(), offset);
    }

    @Override
    public long closesAt() {
        return waiting.isEmpty() ? Long.MAX_VALUE : timing.closesAt(accepted.end(waiting.timeNanos(0)));
    }

    @Override
    public long progress() {
        return accepted.progress();
    }

    @Override
    public long settledBefore() {
        return timing.settledBefore(accepted.progress());
    }

    @Override
    public long settlesAt() {
        return timing.settlesAt(accepted.progress());
    }

    @Override
    public void flush() {
        fresh.flush();
    }

    @Override
    public long heapBytes() {
        return capacity * rowBytes + series.size() * SERIES_BYTES + waiting.heapBytes() + accepted.heapBytes();
    }

    @Override
    public void refreshProvisional() {
        flush();
    }
}
