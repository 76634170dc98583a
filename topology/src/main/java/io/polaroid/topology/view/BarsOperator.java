package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.StagedResults;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.Bucketing;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link ResampleOperator} for frames: the same results, with open bars on the heap until a commit or their end.
 *
 * <p><b>State</b> what is open is written to the slots of its provisional result before each commit, which is what a restart
 * begins from. <b>Cost</b> O(aggregates) per row; the result tier is touched once per bar and commit.
 */
public final class BarsOperator implements ViewOperator {
    /** Before it there is no room for windows in 64 bits of nanoseconds, and nothing has closed. */
    private static final long EARLIEST = Long.MIN_VALUE / 2;

    private final ViewSpec.Resample view;
    private final StreamColumns input;
    private final ResultTier results;
    private final AggregatePlan plan;
    private final ViewOutput output;
    private final Timing timing;
    private final WindowGrace grace;
    private final Results publisher;
    private final long every;
    private final OpenBars bars;
    private final StagedResults staged;
    private final int outputs;
    private int stagedCount;
    private int[] numberOf = {};
    private int[] tierNumbers = {};
    private byte[][] keys = {};
    private long progress;

    /** An operator that goes on where the store stands. */
    public BarsOperator(
            ViewSpec.Resample view, ViewInput from, ResultTier results, AggregatePlan plan, ViewOutput output) {
        this.view = view;
        this.input = from.columns();
        this.results = results;
        this.plan = plan;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.grace = new WindowGrace(view, from);
        this.publisher = new Results(results, output);
        this.every = view.every().toNanos();
        this.bars = new OpenBars(plan.doubleSlots(), plan.longSlots());
        this.staged = results.stage();
        this.outputs = input.key().size() + 1;
        this.progress = from.rows().progress();
        results.forEachRow(row -> {
            if (results.isProvisional(row)) {
                resume(row);
            }
        });
    }

    private void resume(int row) {
        int bar = bars.open(resumedSeries(row), results.timeNanos(row));
        bars.setStored(bar);
        results.readSlots(row, bars.doubles(), bar * plan.doubleSlots(), bars.longs(), bar * plan.longSlots());
    }

    /** The first columns of a result are the key columns. */
    private int resumedSeries(int row) {
        int known = bars.seriesNumber(results.series(row));
        if (known >= 0) {
            return known;
        }
        var cells = new @Nullable Object[input.key().size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = results.result(row).valueAt(i);
        }
        return addSeries(results.series(row), cells);
    }

    private int addSeries(String name, @Nullable Object[] cells) {
        int number = bars.addSeries(name, cells);
        if (number >= keys.length) {
            keys = Arrays.copyOf(keys, Math.max(64, number * 2));
            tierNumbers = Arrays.copyOf(tierNumbers, keys.length);
        }
        keys[number] = name.getBytes(StandardCharsets.UTF_8);
        tierNumbers[number] = results.seriesNumber(name);
        return number;
    }

    @Override
    public Decision onRow(String stream, AppliedRows rows, int index) {
        progress = rows.progress(index);
        grace.saw(rows, index);
        long time = rows.timeNanos(index);
        long start = Bucketing.start(time, every);
        if (timing.closed(start + every, rows.progressBefore(index))) {
            return tooLate(stream, (Accepted) rows.applied(index), start);
        }
        add(number(rows, index), start, rows.row(index), time, rows.offset(index));
        return Decision.ON_TIME;
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        progress = row.progress();
        grace.saw(row);
        long start = Bucketing.start(row.timeNanos(), every);
        if (timing.closed(start + every, row.progressBefore())) {
            return tooLate(stream, row, start);
        }
        add(seriesNumber(row.series(), row.row()), start, row.row(), row.timeNanos(), row.offset());
        return Decision.ON_TIME;
    }

    private int number(AppliedRows rows, int index) {
        int series = rows.series(index);
        if (series >= numberOf.length) {
            int before = numberOf.length;
            numberOf = Arrays.copyOf(numberOf, Math.max(64, series * 2));
            Arrays.fill(numberOf, before, numberOf.length, -1);
        }
        if (numberOf[series] < 0) {
            numberOf[series] = seriesNumber(rows.seriesName(series), rows.row(index));
        }
        return numberOf[series];
    }

    private int seriesNumber(String name, Row row) {
        int known = bars.seriesNumber(name);
        return known >= 0 ? known : addSeries(name, keyCells(row));
    }

    private @Nullable Object[] keyCells(Row row) {
        return input.key().stream().map(row::valueAt).toArray();
    }

    private void add(int series, long start, Row row, long time, long offset) {
        int bar = bars.find(series, start);
        if (bar < 0) {
            bar = bars.open(series, start);
            plan.reset(bars.slots(bar));
        }
        plan.update(bars.slots(bar), row, time, offset);
        bars.setChanged(bar);
    }

    private Decision tooLate(String stream, Accepted row, long start) {
        long end = start + every;
        var decision = grace.decide(row.series(), start, end, row.progressBefore(), row.offset());
        int result = decision == Decision.LATE ? -1 : results.find(row.series(), start, 0);
        if (decision == Decision.LATE || result >= 0 && !results.hasSlots(result)) {
            // A bar without slots was published when the view had no grace: it stays as it is.
            long lateness = Math.max(0, grace.lateness(row.series(), start, end, row.progressBefore(), row.offset()));
            output.late(new ViewOutput.LateRow(stream, row, start, end, lateness));
            return Decision.LATE;
        }
        if (result < 0) {
            result = insert(row.series(), start, keyCells(row.row()));
            plan.reset(results.slots(result));
        }
        plan.update(results.slots(result), row.row(), row.timeNanos(), row.offset());
        setCells(result, plan.finish(results.slots(result)));
        publisher.publish(result, row.progress(), row.offset());
        return decision;
    }

    @Override
    public void onProgress(String stream, long newProgress, long offset) {
        progress = newProgress;
        while (bars.firstStart() != Long.MAX_VALUE && newProgress >= closesAt()) {
            close(newProgress, offset);
        }
    }

    /** Publishes the bars that end first; they go to the result tier together. */
    private void close(long newProgress, long offset) {
        staged.reserve(bars.firstCount());
        stagedCount = 0;
        boolean isFinal = view.policy().corrects().isZero();
        bars.closeFirst(bar -> {
            int at = stagedCount++;
            stage(bar, at);
            publisher.stamp(staged, at, newProgress, offset);
            if (isFinal) {
                staged.clearSlots(at);
            } else {
                stageSlots(bar, at);
            }
            output.publish(keys[bars.series(bar)], bars.start(bar), staged.result(at));
        });
        results.upsertAll(staged, stagedCount);
    }

    private void stage(int bar, int at) {
        int series = bars.series(bar);
        staged.key(at, tierNumbers[series], bars.start(bar), bars.isStored(bar));
        int column = 0;
        for (var cell : bars.keyCells(bar)) {
            staged.set(at, column++, cell);
        }
        staged.setLong(at, column, TimeUnits.fromNanos(bars.start(bar), input.unit()));
        plan.finish(bars.slots(bar), staged.outputs(at, outputs));
    }

    private void stageSlots(int bar, int at) {
        staged.setSlots(at, bars.doubles(), bar * plan.doubleSlots(), bars.longs(), bar * plan.longSlots());
    }

    @Override
    public long closesAt() {
        long first = bars.firstStart();
        return first == Long.MAX_VALUE ? Long.MAX_VALUE : timing.closesAt(first + every);
    }

    @Override
    public long progress() {
        return progress;
    }

    @Override
    public long settledBefore() {
        return progress < EARLIEST ? Long.MIN_VALUE : Bucketing.start(timing.closedTo(progress), every);
    }

    @Override
    public long settlesAt() {
        long settled = settledBefore();
        return settled == Long.MIN_VALUE ? Long.MIN_VALUE : timing.closesAt(settled + every);
    }

    @Override
    public long heapBytes() {
        return bars.heapBytes() + grace.lateness().heapBytes();
    }

    @Override
    public void refreshProvisional() {
        staged.reserve(bars.changeCount());
        stagedCount = 0;
        boolean shown = view.policy().emit() != ViewSpec.Emit.CLOSE;
        bars.takeChanges(bar -> {
            int at = stagedCount++;
            stage(bar, at);
            publisher.clear(staged, at);
            stageSlots(bar, at);
            bars.setStored(bar);
            if (shown) {
                output.publish(keys[bars.series(bar)], bars.start(bar), staged.result(at));
            }
        });
        results.upsertAll(staged, stagedCount);
    }

    private int insert(String series, long start, @Nullable Object[] keyCells) {
        int row = results.insert(series, start, 0);
        for (int i = 0; i < keyCells.length; i++) {
            results.set(row, i, keyCells[i]);
        }
        results.set(row, keyCells.length, TimeUnits.fromNanos(start, input.unit()));
        return row;
    }

    private void setCells(int row, @Nullable Object[] cells) {
        int column = input.key().size() + 1;
        for (var cell : cells) {
            results.set(row, column++, cell);
        }
    }
}
