package io.polaroid.topology.view;

import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.List;

/**
 * {@link AsOfOperator} where an input is another view, whose results are replaced by later revisions.
 *
 * <p><b>Shape</b> one result for each left row (INNER: that has a match). <b>Order</b> ties on the right resolve to the later
 * arrival. <b>Nulls</b> no match gives null right columns. <b>Late rows</b> within grace a late left row gets its result at
 * once, a late right row revises the published left rows that it now matches. <b>Time</b> results are published at the lesser
 * progress of both inputs; whether a row is late depends on its own partition's alone. <b>State</b> a left row waits as a
 * provisional result, so that it is there after a restart however far apart the inputs are; its match is settled, and kept
 * with it, once all right rows that could change it would be late, since the row tier may let go of them then. A left row that
 * comes when the right input is further ahead than its retention finds only the rows still retained. <b>Source</b> backward
 * {@code join_asof} of Polars; differs in that keys and tolerance are mandatory.
 */
public final class RevisedAsOfOperator implements ViewOperator {
    private final ViewSpec.AsOf view;
    private final RowTier left;
    private final RowTier right;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows acceptedLeft;
    private final AcceptedRows acceptedRight;
    private final Results publisher;
    private final AsOf join;
    private final List<Integer> leftColumns;
    private final int leftWidth;
    private final List<Integer> rightColumns;
    private final int rightTime;
    private final PendingRows pending = new PendingRows();
    private final PendingRows unsettled = new PendingRows();

    /** An operator that goes on where the stores stand. */
    public RevisedAsOfOperator(ViewSpec.AsOf view, AsOfInputs inputs, ResultTier results, ViewOutput output) {
        this.view = view;
        this.left = inputs.left().rows();
        this.right = inputs.right().rows();
        this.results = results;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.acceptedLeft = accepted(inputs.left());
        this.acceptedRight = accepted(inputs.right());
        this.publisher = new Results(results, output);
        this.join = AsOf.backward(view.tolerance().toNanos());
        this.leftColumns = inputs.left().columns().joined();
        this.leftWidth = leftColumns.size();
        this.rightColumns = ViewSchema.rightColumns(inputs.right().columns());
        this.rightTime =
                leftWidth + rightColumns.indexOf(inputs.right().columns().time());
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                await(row);
            }
        });
    }

    private void await(int result) {
        pending.add(results.series(result), results.timeNanos(result), results.sequence(result));
        if (!settled(results.timeNanos(result))) {
            unsettled.add(results.series(result), results.timeNanos(result), results.sequence(result));
        }
    }

    /** Whether every right row that a left row at this time could match would be late by now. */
    private boolean settled(long leftNanos) {
        return timing.decide(acceptedRight.end(leftNanos), right.progress()) == Decision.LATE;
    }

    private AcceptedRows accepted(AsOfInputs.Side side) {
        return AcceptedRows.perRow(
                timing,
                side.columns().identity(),
                TimeUnits.nanosPer(side.columns().unit()));
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
        if (result < 0) {
            result = results.insert(row.series(), row.timeNanos(), sequence);
        }
        Row cells = row.row();
        int at = 0;
        for (int column : leftColumns) {
            results.set(result, at++, cells.valueAt(column));
        }
        results.set(result, leftWidth + rightColumns.size(), sequence);
        if (!waits) {
            await(result);
        }
        if (settled(row.timeNanos())) {
            match(result);
        }
    }

    /** A right row within grace takes over the published left rows from its own time up to the next right row's. */
    private void correct(Accepted row) {
        long next = nextRight(row);
        var lefts = left.series(row.series());
        var affected = join.affectedBy(lefts, row.timeNanos());
        for (int i = affected.from(); i < affected.to() && lefts.timeNanos(i) < next; i++) {
            int result = acceptedLeft.accepts(lefts, i)
                    ? results.find(row.series(), lefts.timeNanos(i), acceptedLeft.sequence(lefts, i))
                    : -1;
            if (result >= 0 && timing.closed(acceptedLeft.end(lefts.timeNanos(i)), progress())) {
                publish(result, progress(), row.offset());
            }
        }
    }

    private long nextRight(Accepted row) {
        var rights = right.series(row.series());
        for (int i = rights.upperBound(row.timeNanos()); i < rights.size(); i++) {
            if (acceptedRight.accepts(rights, i)) {
                return rights.timeNanos(i);
            }
        }
        return Long.MAX_VALUE;
    }

    @Override
    public void onProgress(String stream, long ignored, long offset) {
        settle();
        long progress = progress();
        for (var next = pending.peek();
                next != null && timing.closed(acceptedLeft.end(next.timeNanos()), progress);
                next = pending.peek()) {
            pending.remove();
            publish(results.find(next.series(), next.timeNanos(), next.sequence()), progress, offset);
        }
    }

    private void settle() {
        for (var next = unsettled.peek(); next != null && settled(next.timeNanos()); next = unsettled.peek()) {
            unsettled.remove();
            int result = results.find(next.series(), next.timeNanos(), next.sequence());
            if (result >= 0 && results.isProvisional(result)) {
                match(result);
            }
        }
    }

    @Override
    public void refreshProvisional() {
        results.forEachChanged(row -> {
            if (results.isProvisional(row) && !settled(results.timeNanos(row))) {
                match(row);
            }
        });
    }

    @Override
    public long progress() {
        return Math.min(left.progress(), right.progress());
    }

    @Override
    public long settledBefore() {
        return timing.settledBefore(progress());
    }

    private void publish(int result, long progress, long offset) {
        boolean matched =
                settled(results.timeNanos(result)) ? !results.result(result).isNull(rightTime) : match(result);
        if (matched || view.match() == ViewSpec.AsOf.Match.LEFT) {
            publisher.publish(result, progress, offset);
        }
    }

    private boolean match(int result) {
        var rights = right.series(results.series(result));
        int index = join.match(rights, results.timeNanos(result), i -> acceptedRight.accepts(rights, i));
        int column = leftWidth;
        for (int rightColumn : rightColumns) {
            results.set(
                    result,
                    column++,
                    index == AsOf.NONE ? null : rights.row(index).valueAt(rightColumn));
        }
        return index != AsOf.NONE;
    }
}
