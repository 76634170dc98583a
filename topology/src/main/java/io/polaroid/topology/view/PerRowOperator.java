package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A function of each row and those of its series before it; see {@link RowKernel}.
 *
 * <p><b>Shape</b> one result for each row. <b>Order</b> rows of a series by (time, offset). <b>Late rows</b> a row within grace gets its
 * result at once; those after it that it changes are published anew. <b>State</b> what waits is what the row tier holds and progress has
 * not passed; a state that goes on from row to row lies in the slots of results, that of the last row on the heap too. <b>Revisions</b>
 * of an input row, where the input is a view, replace it. <b>Cost</b> that of the kernel per row, and per row after a late one.
 */
public final class PerRowOperator implements ViewOperator {
    /** What is known of a series, but for its state. */
    private static final long SERIES_BYTES = 200;

    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final AcceptedRows accepted;
    private final Results publisher;
    private final NewResults fresh;
    private final RowKernel kernel;
    private final RowResults layout;
    private final boolean takesBack;
    private final double[] state;
    private final Slots slots;
    private final SeriesNumbers numbers = new SeriesNumbers();
    private final SeriesNumbers.OfInput ofInput = new SeriesNumbers.OfInput(numbers);
    private final List<Last> series = new ArrayList<>();
    private final WaitingRows waiting = new WaitingRows(numbers);

    /** What a waiting row is that may have a result, since the view was stopped while it waited less long. */
    private static final String RESUMED = "resumed";

    /** The row of a series that was published last, and what it left. */
    private static final class Last {
        final NewResults.Series results;
        final double[] state;
        long time;
        long sequence;
        boolean isKnown;

        Last(NewResults.Series results, int slots) {
            this.results = results;
            this.state = new double[slots];
        }
    }

    /** An operator of a view. */
    public static PerRowOperator of(ViewSpec.PerRow view, ViewInput input, ResultTier results, ViewOutput output) {
        return new PerRowOperator(view.function(), view.policy(), input, results, output);
    }

    /** An operator of a view that makes results as this function does. */
    public PerRowOperator(
            RowFunction function, ViewSpec.Policy policy, ViewInput input, ResultTier results, ViewOutput output) {
        this.results = results;
        this.output = output;
        this.timing = Timing.of(policy);
        this.accepted = AcceptedRows.perRow(input, timing);
        this.publisher = new Results(results, output);
        this.fresh = new NewResults(results, publisher, output);
        this.kernel = RowKernels.of(function, input.columns()).orThrow();
        this.layout = new RowResults(input.columns(), kernel);
        this.takesBack = RowResults.takesBack(input.columns(), kernel);
        this.state = new double[kernel.slots()];
        this.slots = new ArraySlots(state, new long[0]);
        if (input.resumes()) {
            accepted.seriesKeys().forEach(this::resume);
        }
    }

    /** How many double slots a result needs. */
    public static int doubleSlots(ViewSpec.PerRow view, StreamColumns input) {
        return RowKernels.of(view.function(), input).orThrow().slots();
    }

    private void resume(String key) {
        var rows = accepted.rows(key);
        int number = known(numbers.of(key));
        for (int i = 0; i < rows.size(); i++) {
            if (!published(rows.timeNanos(i)) && accepted.accepts(rows, i) && kernel.hasResult(rows.row(i))) {
                waiting.add(number, rows.timeNanos(i), accepted.sequence(rows, i), RESUMED);
            }
        }
    }

    private int known(int number) {
        while (series.size() <= number) {
            series.add(new Last(fresh.series(numbers.name(series.size())), state.length));
        }
        return number;
    }

    private boolean published(long timeNanos) {
        return timing.closed(accepted.end(timeNanos), accepted.progress());
    }

    @Override
    public Decision onRow(String stream, AppliedRows frame, int index) {
        long time = frame.timeNanos(index);
        if (accepted.isRevised() || timing.closed(accepted.end(time), frame.progressBefore(index))) {
            return onRow(stream, (Accepted) frame.applied(index));
        }
        accepted.saw(frame, index);
        if (!kernel.hasResult(frame.row(index))) {
            return Decision.OUTSIDE;
        }
        waiting.add(known(ofInput.of(frame, index)), time, frame.offset(index), null);
        return Decision.ON_TIME;
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        accepted.saw(row);
        boolean has = accepted.isThere(row) && kernel.hasResult(row.row());
        if (!has && !(takesBack && accepted.hadEarlier(row, kernel::hasResult))) {
            return Decision.OUTSIDE;
        }
        long end = accepted.end(row.timeNanos());
        var decision = accepted.lateness().decide(row, end);
        switch (decision) {
            case ON_TIME -> {
                if (has && (takesBack || !accepted.replaces(row))) {
                    waiting.add(known(numbers.of(row.series())), row.timeNanos(), accepted.sequence(row), null);
                }
            }
            case CORRECTED -> correct(row, has);
            case LATE -> {
                long lateness = accepted.lateness().nanos(row, end);
                output.late(new ViewOutput.LateRow(stream, row, row.timeNanos(), end, lateness));
            }
            case OUTSIDE -> throw new IllegalStateException("a row is in the window that ends with it");
        }
        return decision;
    }

    private void correct(Accepted row, boolean has) {
        flush();
        int number = known(numbers.of(row.series()));
        series.get(number).isKnown = false;
        var history = accepted.history(row.series());
        var cause = new Results.Cause(row.progress(), row.offset());
        if (!has) {
            withdraw(row, cause);
        }
        var affected = kernel.affectedBy(history, row.timeNanos());
        for (int i = affected.from();
                i < affected.to() && published(history.rows().timeNanos(i));
                i++) {
            if (history.accepted().test(i) && kernel.hasResult(history.rows().row(i))) {
                revise(number, history, i, cause);
            }
        }
    }

    /** Takes back what was published of a row. */
    private void withdraw(Accepted row, Results.Cause cause) {
        int result = results.find(row.series(), row.timeNanos(), accepted.sequence(row));
        int withdrawn = layout.fields().size() - 1;
        if (result >= 0 && !Boolean.TRUE.equals(results.result(result).valueAt(withdrawn))) {
            results.set(result, withdrawn, true);
            publisher.publish(result, cause);
        }
    }

    @Override
    public void onProgress(String stream, long progress, long offset) {
        accepted.saw(progress, offset);
        var cause = new Results.Cause(progress, offset);
        while (progress >= closesAt()) {
            closeFirst(cause);
        }
    }

    /** Takes all rows of a series and time: a state goes on from one to the next in the order of the row tier. */
    private void closeFirst(Results.Cause cause) {
        int number = waiting.series(0);
        long time = waiting.timeNanos(0);
        var history = accepted.history(numbers.name(number));
        boolean resumed = false;
        int only = -1;
        List<Integer> more = List.of();
        while (!waiting.isEmpty() && waiting.series(0) == number && waiting.timeNanos(0) == time) {
            int index = accepted.find(history.rows(), time, waiting.sequence(0));
            resumed |= RESUMED.equals(waiting.extra(0));
            waiting.remove();
            if (takesBack && (index < 0 || !kernel.hasResult(history.rows().row(index)))) {
                // A later revision has taken it back, or it matches no more.
                continue;
            }
            if (only < 0) {
                only = index;
            } else if (only != index && !more.contains(index)) {
                more = more.isEmpty() ? new ArrayList<>(List.of(only)) : more;
                more.add(index);
            }
        }
        if (more.isEmpty()) {
            if (only >= 0) {
                close(number, history, only, cause, resumed);
            }
            return;
        }
        more.sort(null);
        for (int index : more) {
            close(number, history, index, cause, resumed);
        }
    }

    private void close(int number, History history, int index, Results.Cause cause, boolean resumed) {
        long sequence = accepted.sequence(history.rows(), index);
        long time = history.rows().timeNanos(index);
        if (resumed && results.find(numbers.name(number), time, sequence) >= 0) {
            revise(number, history, index, cause);
            return;
        }
        @Nullable Object[] made = evaluate(number, history, index);
        @Nullable Object[] cells = layout.cells(history.rows().row(index), sequence, made);
        var staged = fresh.cells();
        for (int i = 0; i < cells.length; i++) {
            staged.set(fresh.at(), i, cells[i]);
        }
        var last = series.get(number);
        if (state.length > 0) {
            staged.setSlots(fresh.at(), state, 0, new long[0], 0);
            System.arraycopy(state, 0, last.state, 0, state.length);
            last.time = time;
            last.sequence = sequence;
            last.isKnown = true;
        }
        fresh.publish(last.results, time, sequence, cause.progress(), cause.offset());
    }

    private void revise(int number, History history, int index, Results.Cause cause) {
        String key = numbers.name(number);
        long time = history.rows().timeNanos(index);
        long sequence = accepted.sequence(history.rows(), index);
        @Nullable Object[] made = evaluate(number, history, index);
        @Nullable Object[] cells = layout.cells(history.rows().row(index), sequence, made);
        int result = results.find(key, time, sequence);
        boolean isNew = result < 0;
        if (isNew) {
            result = results.insert(key, time, sequence);
        }
        boolean changed = isNew;
        for (int i = 0; i < cells.length; i++) {
            if (!Objects.equals(results.result(result).valueAt(i), cells[i])) {
                results.set(result, i, cells[i]);
                changed = true;
            }
        }
        if (state.length > 0) {
            var own = results.slots(result);
            for (int i = 0; i < state.length; i++) {
                own.setDouble(i, state[i]);
            }
        }
        if (changed) {
            publisher.publish(result, cause);
        }
    }

    /** The cells of a row; the state is now that of this row. */
    private @Nullable Object[] evaluate(int number, History history, int index) {
        if (state.length == 0) {
            return kernel.evaluate(history, index, slots, true);
        }
        int before = history.before(index, history.rows().timeNanos(index), kernel.withinNanos());
        boolean begins = before == History.NONE || !recall(number, history.rows(), before);
        return kernel.evaluate(history, index, slots, begins);
    }

    /** Whether the result of the row before was there to take the state from. */
    private boolean recall(int number, SeriesRows rows, int before) {
        var last = series.get(number);
        long time = rows.timeNanos(before);
        long sequence = accepted.sequence(rows, before);
        if (last.isKnown && last.time == time && last.sequence == sequence) {
            System.arraycopy(last.state, 0, state, 0, state.length);
            return true;
        }
        flush();
        int result = results.find(numbers.name(number), time, sequence);
        if (result < 0) {
            return false;
        }
        Slots left = results.slots(result);
        for (int i = 0; i < state.length; i++) {
            state[i] = left.doubleAt(i);
        }
        return true;
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
    public long heapBytes() {
        return waiting.heapBytes() + series.size() * (SERIES_BYTES + 8L * state.length) + accepted.heapBytes();
    }

    @Override
    public void flush() {
        fresh.flush();
    }

    @Override
    public void refreshProvisional() {
        flush();
    }
}
