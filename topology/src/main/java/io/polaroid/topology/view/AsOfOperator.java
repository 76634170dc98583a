package io.polaroid.topology.view;

import io.polaroid.store.AppliedRows;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.operator.AsOf;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Each left row with the last right row of its series at or before it, no further away than the tolerance.
 *
 * <p><b>Shape</b> one result for each left row (INNER: that has a match). <b>Order</b> ties on the right resolve to the later
 * arrival. <b>Nulls</b> no match gives null right columns. <b>Late rows</b> within grace a late left row gets its result at
 * once, a late right row revises the published left rows that it now matches. <b>Time</b> results are published at the lesser
 * progress of both inputs; whether a row is late depends on its own partition's alone. <b>State</b> a left row waits in the left
 * row tier. It is put into the result tier, as a provisional result, before each commit unless only published results are
 * shown, and at the latest before the left row tier lets go of it or the right one of what it matches; then its match is settled
 * there. A left row that comes when the right input is further ahead than its retention finds only the rows still retained.
 * <b>Cost</b> a look at few rows near the last match of the series, O(log n) where rows come far apart. <b>Source</b> backward
 * {@code join_asof} of Polars; differs in that keys and tolerance are mandatory.
 */
public final class AsOfOperator implements ViewOperator {
    private final ViewSpec.AsOf view;
    private final RowTier left;
    private final RowTier right;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows acceptedLeft;
    private final AcceptedRows acceptedRight;
    private final Results publisher;
    private final NewResults fresh;
    private final AsOf join;
    private final JoinedCells cells;
    private final SeriesNumbers numbers = new SeriesNumbers();
    private final SeriesNumbers.OfInput ofLeft = new SeriesNumbers.OfInput(numbers);
    private static final long SERIES_BYTES = 200;

    private final List<Cursors> cursors = new ArrayList<>();
    private final WaitingRows waiting = new WaitingRows(numbers);

    /** Waiting rows before this time are in the result tier. */
    private long storedBefore = Long.MIN_VALUE;

    /** How far a waiting row that is in the result tier is. */
    private enum Stored {
        /** Its match may still change. */
        OPEN,
        /** It has the match that it is going to be published with. */
        SETTLED
    }

    /** Counts frames, whose rows of a series are asked for once. */
    private int frame;

    /** The rows of a series, and where some were found last. */
    private static final class Cursors {
        int left;
        int right;
        int frame = -1;

        @Nullable
        SeriesRows lefts;

        @Nullable
        SeriesRows rights;

        @Nullable
        Object @Nullable [] keyCells;

        final NewResults.Series results;

        Cursors(NewResults.Series results) {
            this.results = results;
        }
    }

    /** An operator. */
    public AsOfOperator(ViewSpec.AsOf view, AsOfInputs inputs, ResultTier results, ViewOutput output) {
        this.view = view;
        this.left = inputs.left().rows();
        this.right = inputs.right().rows();
        this.results = results;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.acceptedLeft = AcceptedRows.perRow(inputs.left(), timing);
        this.acceptedRight = AcceptedRows.perRow(inputs.right(), timing);
        this.publisher = new Results(results, output);
        this.fresh = new NewResults(results, publisher, output);
        this.join = AsOf.backward(view.tolerance().toNanos());
        this.cells = new JoinedCells(inputs.left().columns(), inputs.right().columns());
        if (inputs.left().resumes()) {
            resume();
        }
    }

    private AcceptedRows of(String stream) {
        return stream.equals(view.from()) ? acceptedLeft : acceptedRight;
    }

    private void resume() {
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                // What is settled by now was matched before the commit that this goes on from.
                var stored = settled(results.timeNanos(row)) ? Stored.SETTLED : Stored.OPEN;
                waiting.add(number(results.series(row)), results.timeNanos(row), results.sequence(row), stored);
            }
        });
        for (String key : acceptedLeft.seriesKeys()) {
            var held = acceptedLeft.rows(key);
            for (int i = held.size() - 1; i >= 0; i--) {
                long time = held.timeNanos(i);
                if (timing.closed(acceptedLeft.end(time), progress())) {
                    break;
                }
                if (acceptedLeft.accepts(held, i) && results.find(key, time, held.offset(i)) < 0) {
                    waiting.add(number(key), time, held.offset(i), null);
                }
            }
        }
    }

    private int number(String name) {
        return known(numbers.of(name));
    }

    private int known(int number) {
        while (cursors.size() <= number) {
            cursors.add(new Cursors(fresh.series(numbers.name(cursors.size()))));
        }
        return number;
    }

    /** Whether every right row that a left row at this time could match would be late by now. */
    private boolean settled(long leftNanos) {
        return timing.decide(acceptedRight.end(leftNanos), acceptedRight.progress()) == Decision.LATE;
    }

    @Override
    public Decision onRow(String stream, AppliedRows frame, int index) {
        boolean isLeft = stream.equals(view.from());
        long end = of(stream).end(frame.timeNanos(index));
        if (timing.closed(end, frame.progressBefore(index))) {
            return onRow(stream, (Accepted) frame.applied(index));
        }
        of(stream).saw(frame, index);
        if (isLeft) {
            await(known(ofLeft.of(frame, index)), frame.timeNanos(index), frame.offset(index));
        }
        return Decision.ON_TIME;
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        boolean isLeft = stream.equals(view.from());
        of(stream).saw(row);
        long end = of(stream).end(row.timeNanos());
        var decision = of(stream).lateness().decide(row, end);
        if (decision == Decision.LATE) {
            long lateness = of(stream).lateness().nanos(row, end);
            output.late(new ViewOutput.LateRow(stream, row, row.timeNanos(), end, lateness));
        } else if (isLeft) {
            await(number(row.series()), row.timeNanos(), row.offset());
        } else if (decision == Decision.CORRECTED) {
            correct(row);
        }
        return decision;
    }

    private void await(int number, long time, long offset) {
        waiting.add(number, time, offset, time < storedBefore ? store(number, time, offset) : null);
    }

    /** A right row within grace takes over the published left rows from its own time up to the next right row's. */
    private void correct(Accepted row) {
        fresh.flush();
        int number = number(row.series());
        long next = nextRight(row);
        var lefts = acceptedLeft.rows(row.series());
        var affected = join.affectedBy(lefts, row.timeNanos());
        for (int i = affected.from(); i < affected.to() && lefts.timeNanos(i) < next; i++) {
            long time = lefts.timeNanos(i);
            long offset = lefts.offset(i);
            if (!timing.closed(acceptedLeft.end(time), progress()) || !acceptedLeft.accepts(lefts, i)) {
                continue;
            }
            int result = results.find(row.series(), time, offset);
            if (result < 0 && hidesUnmatched()) {
                result = insert(number, lefts, i);
            }
            if (result >= 0 && match(number, result) | view.match() == ViewSpec.AsOf.Match.LEFT) {
                publisher.publish(result, progress(), row.offset());
            }
        }
    }

    /** Whether a left row without a match is in no table. */
    private boolean hidesUnmatched() {
        return view.match() == ViewSpec.AsOf.Match.INNER && view.policy().emit() == ViewSpec.Emit.CLOSE;
    }

    private long nextRight(Accepted row) {
        var rights = acceptedRight.rows(row.series());
        for (int i = rights.upperBound(row.timeNanos()); i < rights.size(); i++) {
            if (acceptedRight.accepts(rights, i)) {
                return rights.timeNanos(i);
            }
        }
        return Long.MAX_VALUE;
    }

    @Override
    public void onProgress(String stream, long ofInput, long offset) {
        of(stream).saw(ofInput, offset);
        long progress = progress();
        while (!waiting.isEmpty() && timing.closed(acceptedLeft.end(waiting.timeNanos(0)), progress)) {
            if (waiting.extra(0) == null) {
                publishNew(progress, offset);
            } else {
                publishStored(progress, offset);
            }
            waiting.remove();
        }
    }

    private void publishStored(long progress, long offset) {
        int number = waiting.series(0);
        int result = results.find(numbers.name(number), waiting.timeNanos(0), waiting.sequence(0));
        if (result < 0) {
            // It has expired.
            return;
        }
        boolean matched = waiting.extra(0) == Stored.SETTLED
                ? !results.result(result).isNull(cells.rightTime())
                : match(number, result);
        if (matched || view.match() == ViewSpec.AsOf.Match.LEFT) {
            publisher.publish(result, progress, offset);
        }
    }

    private void publishNew(long progress, long offset) {
        int number = waiting.series(0);
        long time = waiting.timeNanos(0);
        long sequence = waiting.sequence(0);
        var rights = rights(number);
        int match = find(number, rights, time);
        if (match == AsOf.NONE && view.match() == ViewSpec.AsOf.Match.INNER) {
            if (!hidesUnmatched()) {
                var unused = store(number, time, sequence);
            }
            return;
        }
        var lefts = lefts(number);
        int index = leftIndex(number, lefts, time, sequence);
        cells.setLeft(fresh.cells(), fresh.at(), lefts.row(index), keyCells(number, lefts, index));
        if (match == AsOf.NONE) {
            cells.setNoRight(fresh.cells(), fresh.at());
        } else {
            cells.setRight(fresh.cells(), fresh.at(), rights.row(match));
        }
        cells.setSequence(fresh.cells(), fresh.at(), sequence);
        fresh.publish(cursors.get(number).results, time, sequence, progress, offset);
    }

    private Cursors cursors(int number) {
        var of = cursors.get(number);
        if (of.frame != frame) {
            of.frame = frame;
            of.lefts = null;
            of.rights = null;
        }
        return of;
    }

    private SeriesRows lefts(int number) {
        var of = cursors(number);
        var rows = of.lefts;
        if (rows == null) {
            rows = acceptedLeft.rows(numbers.name(number));
            of.lefts = rows;
        }
        return rows;
    }

    private SeriesRows rights(int number) {
        var of = cursors(number);
        var rows = of.rights;
        if (rows == null) {
            rows = acceptedRight.rows(numbers.name(number));
            of.rights = rows;
        }
        return rows;
    }

    private @Nullable Object[] keyCells(int number, SeriesRows lefts, int index) {
        var of = cursors.get(number);
        var known = of.keyCells;
        if (known == null) {
            known = cells.keyCells(lefts.row(index));
            of.keyCells = known;
        }
        return known;
    }

    private int leftIndex(int number, SeriesRows lefts, long time, long sequence) {
        int index = lefts.upperBound(time, cursors.get(number).left) - 1;
        cursors.get(number).left = index + 1;
        while (index >= 0 && lefts.timeNanos(index) == time && lefts.offset(index) != sequence) {
            index--;
        }
        if (index < 0 || lefts.timeNanos(index) != time) {
            throw new IllegalStateException("the row at offset " + sequence + " waits, and its row tier has lost it");
        }
        return index;
    }

    /** The right row that a left row at this time matches by now. */
    private int find(int number, SeriesRows rights, long time) {
        int index = rights.upperBound(time, cursors.get(number).right) - 1;
        cursors.get(number).right = index + 1;
        while (index >= 0 && !acceptedRight.accepts(rights, index)) {
            index--;
        }
        boolean near = index >= 0 && Long.compareUnsigned(time - rights.timeNanos(index), join.toleranceNanos()) <= 0;
        return near ? index : AsOf.NONE;
    }

    /** Puts a waiting row into the result tier. */
    private Stored store(int number, long time, long sequence) {
        var lefts = lefts(number);
        match(number, insert(number, lefts, leftIndex(number, lefts, time, sequence)));
        return settled(time) ? Stored.SETTLED : Stored.OPEN;
    }

    private int insert(int number, SeriesRows lefts, int index) {
        int result = results.insert(numbers.name(number), lefts.timeNanos(index), lefts.offset(index));
        cells.setLeft(results, result, lefts.row(index), lefts.offset(index));
        return result;
    }

    private boolean match(int number, int result) {
        var rights = rights(number);
        int index = find(number, rights, results.timeNanos(result));
        cells.setRight(results, result, index == AsOf.NONE ? null : rights.row(index));
        return index != AsOf.NONE;
    }

    @Override
    public void flush() {
        fresh.flush();
        if (!waiting.isEmpty()) {
            storeLeaving();
        }
        frame++;
    }

    private void storeLeaving() {
        long leaving = Math.max(left.retainedFrom(), reach(right.retainedFrom()));
        if (leaving > storedBefore && waiting.timeNanos(0) < leaving) {
            storedBefore = leaving;
            storeBefore(leaving);
        }
    }

    /** The time before which a left row may lose its match when the right rows before a time leave, all but the last one. */
    private long reach(long time) {
        if (join.toleranceNanos() == AsOf.ANY_DISTANCE) {
            return time;
        }
        long reach = time + join.toleranceNanos();
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
        } else if (waiting.extra(at) == Stored.OPEN && settled(time)) {
            int result = results.find(numbers.name(waiting.series(at)), time, waiting.sequence(at));
            if (result >= 0) {
                match(waiting.series(at), result);
            }
            waiting.setExtra(at, Stored.SETTLED);
        }
    }

    @Override
    public long heapBytes() {
        return waiting.heapBytes()
                + cursors.size() * SERIES_BYTES
                + acceptedLeft.heapBytes()
                + acceptedRight.heapBytes();
    }

    @Override
    public void refreshProvisional() {
        flush();
        if (view.policy().emit() != ViewSpec.Emit.CLOSE) {
            storeBefore(Long.MAX_VALUE);
        } else if (!waiting.isEmpty() && waiting.timeNanos(0) < storedBefore) {
            storeBefore(storedBefore);
        }
        frame++;
    }

    @Override
    public long progress() {
        return Math.min(acceptedLeft.progress(), acceptedRight.progress());
    }

    @Override
    public long settledBefore() {
        return timing.settledBefore(progress());
    }
}
