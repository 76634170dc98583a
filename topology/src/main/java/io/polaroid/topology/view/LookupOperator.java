package io.polaroid.topology.view;

import io.polaroid.store.AppliedRows;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Each left row with what the right rows around it say, before and after.
 *
 * <p><b>Shape</b> one result for each left row (or for each that finds something). <b>Time</b> a result waits until the lesser progress
 * of both inputs has passed the last right row that it could look at; whether a row is late depends on its own partition's alone. <b>Late
 * rows</b> a late left row gets its result when the right input has come as far; a late right row revises the published left rows
 * around it that it changes. <b>State</b> a left row waits in the left row tier; as in {@link AsOfOperator} it is put into the result
 * tier before each commit unless only published results are shown, and before a row tier lets go of it or of what it looks at.
 */
public final class LookupOperator implements ViewOperator {
    /** What is known of a series. */
    private static final long SERIES_BYTES = 200;

    private final ViewSpec view;
    private final RowTier leftTier;
    private final RowTier rightTier;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows left;
    private final AcceptedRows right;
    private final Results publisher;
    private final NewResults fresh;
    private final LookupKernel kernel;
    private final List<Integer> leftColumns;
    private final long before;
    private final long after;
    private final SeriesNumbers numbers = new SeriesNumbers();
    private final SeriesNumbers.OfInput ofLeft = new SeriesNumbers.OfInput(numbers);
    private final List<NewResults.Series> series = new ArrayList<>();
    private final WaitingRows waiting = new WaitingRows(numbers);

    /** Waiting rows before this time are in the result tier. */
    private long storedBefore = Long.MIN_VALUE;

    /** How far a waiting row that is in the result tier is. */
    private enum Stored {
        /** What it finds may still change. */
        OPEN,
        /** It has what it is going to be published with. */
        SETTLED
    }

    private enum Found {
        NOTHING,
        SAME,
        CHANGED
    }

    /** An operator of a view. */
    public static LookupOperator of(ViewSpec.Lookup view, AsOfInputs inputs, ResultTier results, ViewOutput output) {
        return new LookupOperator(view, view.lookup(), inputs, results, output);
    }

    /** An operator of a view that looks around like this. */
    public LookupOperator(ViewSpec view, Around around, AsOfInputs inputs, ResultTier results, ViewOutput output) {
        this.view = view;
        this.leftTier = inputs.left().rows();
        this.rightTier = inputs.right().rows();
        this.results = results;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.before = around.before().toNanos();
        this.after = around.after().toNanos();
        this.left = AcceptedRows.perRow(inputs.left(), timing, after);
        this.right = AcceptedRows.perRow(inputs.right(), timing);
        this.publisher = new Results(results, output);
        this.fresh = new NewResults(results, publisher, output);
        this.kernel = LookupKernel.of(
                        around, inputs.left().columns(), inputs.right().columns())
                .orThrow();
        this.leftColumns = inputs.left().columns().joined();
        if (inputs.left().resumes()) {
            resume();
        }
    }

    private void resume() {
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                // What is settled by now was looked up before the commit that this goes on from.
                var stored = settled(results.timeNanos(row)) ? Stored.SETTLED : Stored.OPEN;
                waiting.add(number(results.series(row)), results.timeNanos(row), results.sequence(row), stored);
            }
        });
        for (String key : left.seriesKeys()) {
            var rows = left.rows(key);
            for (int i = 0; i < rows.size(); i++) {
                long time = rows.timeNanos(i);
                boolean waits = !timing.closed(left.end(time), progress()) && left.accepts(rows, i);
                if (waits && results.find(key, time, left.sequence(rows, i)) < 0) {
                    waiting.add(number(key), time, left.sequence(rows, i), null);
                }
            }
        }
    }

    private int number(String name) {
        return known(numbers.of(name));
    }

    private int known(int number) {
        while (series.size() <= number) {
            series.add(fresh.series(numbers.name(series.size())));
        }
        return number;
    }

    /** Whether every right row that a left row at this time looks at would be late by now. */
    private boolean settled(long leftNanos) {
        return timing.decide(right.end(leftNanos + after), right.progress()) == Decision.LATE;
    }

    private AcceptedRows of(String stream) {
        return stream.equals(view.from()) ? left : right;
    }

    @Override
    public Decision onRow(String stream, AppliedRows frame, int index) {
        var own = of(stream);
        if (own.isRevised() || timing.closed(own.end(frame.timeNanos(index)), frame.progressBefore(index))) {
            return onRow(stream, (Accepted) frame.applied(index));
        }
        own.saw(frame, index);
        if (own == left) {
            await(known(ofLeft.of(frame, index)), frame.timeNanos(index), frame.offset(index));
        }
        return Decision.ON_TIME;
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        var own = of(stream);
        own.saw(row);
        long end = own.end(row.timeNanos());
        var decision = own.lateness().decide(row, end);
        if (decision == Decision.LATE) {
            long lateness = own.lateness().nanos(row, end);
            output.late(new ViewOutput.LateRow(stream, row, row.timeNanos(), end, lateness));
        } else if (own == left) {
            takeLeft(row);
        } else if (decision == Decision.CORRECTED) {
            correct(row);
        }
        return decision;
    }

    private void takeLeft(Accepted row) {
        int number = number(row.series());
        long sequence = left.sequence(row);
        if (!left.replaces(row)) {
            await(number, row.timeNanos(), sequence);
            return;
        }
        flush();
        int result = results.find(row.series(), row.timeNanos(), sequence);
        if (result >= 0 && setLeft(result, row.row(), sequence) && !results.isProvisional(result)) {
            waiting.add(number, row.timeNanos(), sequence, Stored.OPEN);
        }
    }

    private void await(int number, long time, long sequence) {
        waiting.add(number, time, sequence, time < storedBefore ? store(number, time, sequence) : null);
    }

    private boolean setLeft(int result, Row row, long sequence) {
        boolean changed = false;
        for (int at = 0; at < leftColumns.size(); at++) {
            changed |= set(result, at, row.valueAt(leftColumns.get(at)));
        }
        results.set(result, leftColumns.size() + kernel.outputs().size(), sequence);
        return changed;
    }

    private boolean set(int result, int column, @Nullable Object cell) {
        boolean changes = !Objects.equals(results.result(result).valueAt(column), cell);
        if (changes) {
            results.set(result, column, cell);
        }
        return changes;
    }

    /** A right row within grace revises the published left rows around it. */
    private void correct(Accepted row) {
        flush();
        var lefts = left.rows(row.series());
        for (int i = lefts.lowerBound(row.timeNanos() - after);
                i < lefts.size() && lefts.timeNanos(i) - row.timeNanos() <= before;
                i++) {
            long time = lefts.timeNanos(i);
            if (!timing.closed(left.end(time), progress()) || !left.accepts(lefts, i)) {
                continue;
            }
            long sequence = left.sequence(lefts, i);
            int result = results.find(row.series(), time, sequence);
            if (result < 0 && !results.isExpired(time)) {
                result = insert(row.series(), lefts, i);
            }
            if (result >= 0 && look(result) == Found.CHANGED) {
                publisher.publish(result, progress(), row.offset());
            }
        }
    }

    @Override
    public void onProgress(String stream, long ofInput, long offset) {
        of(stream).saw(ofInput, offset);
        long progress = progress();
        while (!waiting.isEmpty() && timing.closed(left.end(waiting.timeNanos(0)), progress)) {
            var stored = waiting.extra(0);
            int number = waiting.series(0);
            long time = waiting.timeNanos(0);
            long sequence = waiting.sequence(0);
            waiting.remove();
            if (stored == null) {
                publishNew(number, time, sequence, new Results.Cause(progress, offset));
            } else {
                publishStored(results.find(numbers.name(number), time, sequence), stored, progress, offset);
            }
        }
    }

    private void publishStored(int result, Object stored, long progress, long offset) {
        // Below 0 it has expired.
        boolean isResult = result >= 0
                && (stored.equals(Stored.SETTLED)
                        ? kernel.isResult(results.result(result), leftColumns.size())
                        : look(result) != Found.NOTHING);
        if (isResult) {
            publisher.publish(result, progress, offset);
        }
    }

    private void publishNew(int number, long time, long sequence, Results.Cause cause) {
        var lefts = left.rows(numbers.name(number));
        int index = index(lefts, time, sequence);
        Optional<@Nullable Object[]> found =
                kernel.evaluate(lefts.row(index), right.history(numbers.name(number)), time);
        if (found.isEmpty()) {
            if (view.policy().emit() != ViewSpec.Emit.CLOSE) {
                var unused = insert(numbers.name(number), lefts, index);
            }
            return;
        }
        var staged = fresh.cells();
        int at = fresh.at();
        int column = 0;
        Row row = lefts.row(index);
        for (int leftColumn : leftColumns) {
            staged.set(at, column++, row.valueAt(leftColumn));
        }
        for (var cell : found.get()) {
            staged.set(at, column++, cell);
        }
        staged.setLong(at, column, sequence);
        fresh.publish(series.get(number), time, sequence, cause.progress(), cause.offset());
    }

    private int index(SeriesRows lefts, long time, long sequence) {
        int index = left.find(lefts, time, sequence);
        if (index < 0) {
            throw new IllegalStateException("row " + sequence + " waits, and its row tier has lost it");
        }
        return index;
    }

    private int insert(String key, SeriesRows lefts, int index) {
        long sequence = left.sequence(lefts, index);
        int result = results.insert(key, lefts.timeNanos(index), sequence);
        var unused = setLeft(result, lefts.row(index), sequence);
        return result;
    }

    /** Puts a waiting row into the result tier. */
    private Stored store(int number, long time, long sequence) {
        var lefts = left.rows(numbers.name(number));
        var unused = look(insert(numbers.name(number), lefts, index(lefts, time, sequence)));
        return settled(time) ? Stored.SETTLED : Stored.OPEN;
    }

    @Override
    public void flush() {
        fresh.flush();
        if (waiting.isEmpty()) {
            return;
        }
        long leaving = Math.max(leftTier.retainedFrom(), reach(rightTier.retainedFrom()));
        if (leaving > storedBefore && waiting.timeNanos(0) < leaving) {
            storedBefore = leaving;
            storeBefore(leaving);
        }
    }

    /** The time before which a left row may lose what it looks at when the right rows before a time leave. */
    private long reach(long time) {
        if (before == AsOf.ANY_DISTANCE) {
            // The last one of them stays.
            return time;
        }
        long reach = time + before;
        return reach < time ? Long.MAX_VALUE : reach;
    }

    private void storeBefore(long end) {
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.timeNanos(i) < end) {
                keep(i);
            }
        }
    }

    private void keep(int at) {
        long time = waiting.timeNanos(at);
        if (waiting.extra(at) == null) {
            waiting.setExtra(at, store(waiting.series(at), time, waiting.sequence(at)));
        } else if (Stored.OPEN.equals(waiting.extra(at)) && settled(time)) {
            int result = results.find(numbers.name(waiting.series(at)), time, waiting.sequence(at));
            if (result >= 0) {
                var unused = look(result);
            }
            waiting.setExtra(at, Stored.SETTLED);
        }
    }

    @Override
    public void refreshProvisional() {
        flush();
        if (view.policy().emit() != ViewSpec.Emit.CLOSE) {
            storeBefore(Long.MAX_VALUE);
        } else if (!waiting.isEmpty() && waiting.timeNanos(0) < storedBefore) {
            storeBefore(storedBefore);
        }
    }

    @Override
    public long heapBytes() {
        return waiting.heapBytes() + series.size() * SERIES_BYTES + left.heapBytes() + right.heapBytes();
    }

    @Override
    public long progress() {
        return Math.min(left.progress(), right.progress());
    }

    @Override
    public long settledBefore() {
        long settled = timing.settledBefore(progress());
        return settled < Long.MIN_VALUE + after ? Long.MIN_VALUE : settled - after;
    }

    /** Sets what a result finds. */
    private Found look(int result) {
        var history = right.history(results.series(result));
        // The first columns of a result are the left row's, in their order.
        Optional<@Nullable Object[]> found =
                kernel.evaluate(new LeftRow(results.result(result), leftColumns), history, results.timeNanos(result));
        if (found.isEmpty()) {
            return Found.NOTHING;
        }
        boolean changed = false;
        for (int i = 0; i < found.get().length; i++) {
            changed |= set(result, leftColumns.size() + i, found.get()[i]);
        }
        return changed ? Found.CHANGED : Found.SAME;
    }
}
