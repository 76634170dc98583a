package io.polaroid.topology.view;

import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.timeseries.time.TimeUnits;
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
    private final ViewSpec.Lookup view;
    private final RowTier left;
    private final RowTier right;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows acceptedLeft;
    private final AcceptedRows acceptedRight;
    private final Results publisher;
    private final LookupKernel kernel;
    private final List<Integer> leftColumns;
    private final long before;
    private final long after;
    private final PendingRows pending = new PendingRows();
    private final PendingRows unsettled = new PendingRows();

    /** An operator that goes on where the stores stand. */
    public LookupOperator(ViewSpec.Lookup view, AsOfInputs inputs, ResultTier results, ViewOutput output) {
        this.view = view;
        this.left = inputs.left().rows();
        this.right = inputs.right().rows();
        this.results = results;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.before = view.lookup().before().toNanos();
        this.after = view.lookup().after().toNanos();
        this.acceptedLeft = accepted(inputs.left(), after);
        this.acceptedRight = accepted(inputs.right(), 0);
        this.publisher = new Results(results, output);
        this.kernel = LookupKernel.of(
                        view.lookup(), inputs.left().columns(), inputs.right().columns())
                .orThrow();
        this.leftColumns = inputs.left().columns().joined();
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                await(row);
            }
        });
    }

    private AcceptedRows accepted(AsOfInputs.Side side, long later) {
        long unit = TimeUnits.nanosPer(side.columns().unit());
        return AcceptedRows.perRow(timing, side.columns().identity(), unit + later);
    }

    private void await(int result) {
        pending.add(results.series(result), results.timeNanos(result), results.sequence(result));
        if (!settled(results.timeNanos(result))) {
            unsettled.add(results.series(result), results.timeNanos(result), results.sequence(result));
        }
    }

    /** Whether every right row that a left row at this time looks at would be late by now. */
    private boolean settled(long leftNanos) {
        return timing.decide(acceptedRight.end(leftNanos + after), right.progress()) == Decision.LATE;
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        boolean isLeft = stream.equals(view.from());
        long end = (isLeft ? acceptedLeft : acceptedRight).end(row.timeNanos());
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
        long sequence = acceptedLeft.sequence(left, row);
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
            pending.add(row.series(), row.timeNanos(), sequence);
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
        var lefts = left.series(row.series());
        for (int i = lefts.lowerBound(row.timeNanos() - after);
                i < lefts.size() && lefts.timeNanos(i) <= row.timeNanos() + before;
                i++) {
            int result = acceptedLeft.accepts(lefts, i)
                    ? results.find(row.series(), lefts.timeNanos(i), acceptedLeft.sequence(lefts, i))
                    : -1;
            boolean isOut = result >= 0 && timing.closed(acceptedLeft.end(lefts.timeNanos(i)), progress());
            if (isOut && look(result) == Found.CHANGED) {
                publisher.publish(result, progress(), row.offset());
            }
        }
    }

    @Override
    public void onProgress(String stream, long ignored, long offset) {
        settle();
        long progress = progress();
        for (var next = pending.peek();
                next != null && timing.closed(acceptedLeft.end(next.timeNanos()), progress);
                next = pending.peek()) {
            pending.remove();
            int result = results.find(next.series(), next.timeNanos(), next.sequence());
            boolean isSettled = settled(next.timeNanos());
            if (isSettled ? hasFound(result) : look(result) != Found.NOTHING) {
                publisher.publish(result, progress, offset);
            }
        }
    }

    private void settle() {
        for (var next = unsettled.peek(); next != null && settled(next.timeNanos()); next = unsettled.peek()) {
            unsettled.remove();
            int result = results.find(next.series(), next.timeNanos(), next.sequence());
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

    /** Whether what stands in a result that is settled is to be published: of inner joins, what has found a row. */
    private boolean hasFound(int result) {
        if (!(view.lookup() instanceof io.polaroid.topology.pipeline.Around.Nearest nearest)
                || nearest.match() == ViewSpec.AsOf.Match.LEFT) {
            return true;
        }
        for (int i = 0; i < kernel.outputs().size(); i++) {
            if (!results.result(result).isNull(leftColumns.size() + i)) {
                return true;
            }
        }
        return false;
    }

    /** Sets what a result finds. */
    private Found look(int result) {
        var rights = right.series(results.series(result));
        var history = new History(rights, i -> acceptedRight.accepts(rights, i));
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
