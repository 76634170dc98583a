package io.polaroid.topology.view;

import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.topology.pipeline.Around;
import io.polaroid.topology.pipeline.ViewSpec;
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
 * around it that it changes. <b>State</b> a left row waits as a provisional result, worked out anew until the right rows that it looks
 * at would all be late.
 */
public final class LookupOperator implements ViewOperator {
    private final String from;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows left;
    private final AcceptedRows right;
    private final Results publisher;
    private final LookupKernel kernel;
    private final List<Integer> leftColumns;
    private final long before;
    private final long after;
    private final SeriesNumbers numbers = new SeriesNumbers();
    private final WaitingRows waiting = new WaitingRows(numbers);
    private final WaitingRows unsettled = new WaitingRows(numbers);

    /** An operator of a view. */
    public static LookupOperator of(ViewSpec.Lookup view, AsOfInputs inputs, ResultTier results, ViewOutput output) {
        return new LookupOperator(view, view.lookup(), inputs, results, output);
    }

    /** An operator of a view that looks around like this. */
    public LookupOperator(ViewSpec view, Around around, AsOfInputs inputs, ResultTier results, ViewOutput output) {
        this.from = view.from();
        this.results = results;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.before = around.before().toNanos();
        this.after = around.after().toNanos();
        this.left = AcceptedRows.perRow(inputs.left(), timing, after);
        this.right = AcceptedRows.perRow(inputs.right(), timing);
        this.publisher = new Results(results, output);
        this.kernel = LookupKernel.of(
                        around, inputs.left().columns(), inputs.right().columns())
                .orThrow();
        this.leftColumns = inputs.left().columns().joined();
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                await(row);
            }
        });
    }

    private void await(int result) {
        int number = numbers.of(results.series(result));
        waiting.add(number, results.timeNanos(result), results.sequence(result), null);
        if (!settled(results.timeNanos(result))) {
            unsettled.add(number, results.timeNanos(result), results.sequence(result), null);
        }
    }

    /** Whether every right row that a left row at this time looks at would be late by now. */
    private boolean settled(long leftNanos) {
        return timing.decide(right.end(leftNanos + after), right.progress()) == Decision.LATE;
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        boolean isLeft = stream.equals(from);
        var own = isLeft ? left : right;
        own.saw(row.progress(), row.offset());
        long end = own.end(row.timeNanos());
        var decision = timing.decide(end, row.progressBefore());
        if (decision == Decision.LATE) {
            long lateness = timing.lateness(end, row.progressBefore());
            output.late(new ViewOutput.LateRow(stream, row, row.timeNanos(), end, lateness));
        } else if (isLeft) {
            takeLeft(row);
        } else if (decision == Decision.CORRECTED) {
            correct(row);
        }
        return decision;
    }

    /** A revision of a left row sets its cells anew, and is published again if it was. */
    private void takeLeft(Accepted row) {
        long sequence = left.sequence(row);
        int result = results.find(row.series(), row.timeNanos(), sequence);
        boolean waits = result >= 0 && results.isProvisional(result);
        boolean changed = false;
        if (result < 0) {
            result = results.insert(row.series(), row.timeNanos(), sequence);
        }
        for (int at = 0; at < leftColumns.size(); at++) {
            changed |= set(result, at, row.row().valueAt(leftColumns.get(at)));
        }
        results.set(result, leftColumns.size() + kernel.outputs().size(), sequence);
        if (results.isProvisional(result)) {
            if (!waits) {
                await(result);
            }
            if (settled(row.timeNanos())) {
                look(result);
            }
        } else if (changed) {
            waiting.add(numbers.of(row.series()), row.timeNanos(), sequence, null);
        }
    }

    private boolean set(int result, int column, @Nullable Object cell) {
        boolean changes = !Objects.equals(results.result(result).valueAt(column), cell);
        if (changes) {
            results.set(result, column, cell);
        }
        return changes;
    }

    private void correct(Accepted row) {
        var lefts = left.rows(row.series());
        for (int i = lefts.lowerBound(row.timeNanos() - after);
                i < lefts.size() && lefts.timeNanos(i) - row.timeNanos() <= before;
                i++) {
            int result = left.accepts(lefts, i)
                    ? results.find(row.series(), lefts.timeNanos(i), left.sequence(lefts, i))
                    : -1;
            boolean isOut = result >= 0 && timing.closed(left.end(lefts.timeNanos(i)), progress());
            if (isOut && look(result) == Found.CHANGED) {
                publisher.publish(result, progress(), row.offset());
            }
        }
    }

    @Override
    public void onProgress(String stream, long ofInput, long offset) {
        (stream.equals(from) ? left : right).saw(ofInput, offset);
        settle();
        long progress = progress();
        while (!waiting.isEmpty() && timing.closed(left.end(waiting.timeNanos(0)), progress)) {
            int result = first(waiting);
            boolean isSettled = settled(waiting.timeNanos(0));
            waiting.remove();
            if (result >= 0
                    && (isSettled
                            ? kernel.isResult(results.result(result), leftColumns.size())
                            : look(result) != Found.NOTHING)) {
                publisher.publish(result, progress, offset);
            }
        }
    }

    private int first(WaitingRows rows) {
        return results.find(numbers.name(rows.series(0)), rows.timeNanos(0), rows.sequence(0));
    }

    private void settle() {
        while (!unsettled.isEmpty() && settled(unsettled.timeNanos(0))) {
            int result = first(unsettled);
            unsettled.remove();
            if (result >= 0 && results.isProvisional(result)) {
                look(result);
            }
        }
    }

    @Override
    public void refreshProvisional() {
        results.forEachChanged(row -> {
            if (results.isProvisional(row) && !settled(results.timeNanos(row))) {
                look(row);
            }
        });
    }

    @Override
    public long heapBytes() {
        return waiting.heapBytes() + unsettled.heapBytes();
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

    private enum Found {
        NOTHING,
        SAME,
        CHANGED
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
