package io.polaroid.topology.view;

import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Each series on the times of a grid.
 *
 * <p><b>Shape</b> one result per series and time, from its first row until {@code reach} after its last one. <b>Time</b> a time of the grid
 * closes one unit and disorder after it, by the least progress of the inputs. <b>Late rows</b> a row is as late as the first time that
 * looks at it; within grace it revises the published times that it changes, up to the next row. <b>Revisions</b> of an input row, where
 * the input is a view, replace it. <b>State</b> none but the results: what a time says is worked out from the row tiers. <b>Cost</b>
 * O(columns) per series and time.
 */
public final class StepsOperator implements ViewOperator {
    /** Above the first time that can be counted from in 64 bits of nanoseconds; before it nothing has closed. */
    private static final long EARLIEST = Long.MIN_VALUE / 2;

    /** What is known of a series that is expected at a time. */
    private static final long EXPECTED_BYTES = 100;

    private final ViewSpec.Steps view;
    private final ResultTier results;
    private final ViewOutput output;
    private final Timing timing;
    private final List<AcceptedRows> inputs;
    private final Results publisher;
    private final StepKernel kernel;
    private final Grid grid;
    private final TreeMap<Long, TreeSet<String>> due = new TreeMap<>();
    private long expected;

    /** An operator that goes on where the stores stand. */
    public StepsOperator(ViewSpec.Steps view, List<ViewInput> from, ResultTier results, ViewOutput output) {
        this.view = view;
        this.results = results;
        this.output = output;
        this.timing = Timing.of(view.policy());
        this.publisher = new Results(results, output);
        this.kernel = StepKernel.of(view, from.stream().map(ViewInput::columns).toList())
                .orThrow();
        this.grid = kernel.grid();
        this.inputs = from.stream()
                .map(input -> AcceptedRows.perBucket(input, timing, grid::firstEnd))
                .toList();
        if (from.getFirst().resumes()) {
            resume();
        }
    }

    private void resume() {
        var newest = new HashMap<String, Long>();
        results.forEachRow(row -> newest.merge(results.series(row), results.timeNanos(row), Math::max));
        newest.forEach((series, step) -> expect(grid.next(step), series));
        for (AcceptedRows input : inputs) {
            for (String key : input.seriesKeys()) {
                var rows = input.rows(key);
                for (int i = 0; i < rows.size(); i++) {
                    long step = kernel.step(rows.timeNanos(i));
                    if (step != Grid.NONE_AFTER && !isClosed(step) && input.accepts(rows, i)) {
                        expect(step, key);
                    }
                }
            }
        }
    }

    private void expect(long step, String series) {
        if (step != Grid.NONE_AFTER
                && due.computeIfAbsent(step, key -> new TreeSet<>()).add(series)) {
            expected++;
        }
    }

    private boolean isClosed(long step) {
        return timing.closed(grid.to(step), progress());
    }

    private AcceptedRows input(String name) {
        return inputs.get(view.inputs().indexOf(name));
    }

    @Override
    public Decision onRow(String stream, Accepted row) {
        var input = input(stream);
        input.saw(row);
        long step = kernel.step(row.timeNanos());
        if (step == Grid.NONE_AFTER) {
            return Decision.OUTSIDE;
        }
        long end = input.end(row.timeNanos());
        var decision = input.lateness().decide(row, end);
        if (decision == Decision.LATE) {
            long lateness = input.lateness().nanos(row, end);
            output.late(new ViewOutput.LateRow(stream, row, grid.from(step), end, lateness));
        } else if (decision == Decision.ON_TIME || !timing.closed(end, closedBy(row, input))) {
            expect(step, row.series());
        } else {
            correct(row, step, input);
        }
        return decision;
    }

    /** The progress that closed results before the row came. */
    private long closedBy(Accepted row, AcceptedRows input) {
        return inputs.stream()
                .mapToLong(one -> one == input ? row.progressBefore() : one.progress())
                .min()
                .orElseThrow();
    }

    private List<History> histories(String series) {
        return inputs.stream().map(input -> input.history(series)).toList();
    }

    /** A row within grace revises the times that have closed and look at it: those up to the next row, and before it if they look ahead. */
    private void correct(Accepted row, long first, AcceptedRows input) {
        var cause = new Results.Cause(row.progress(), row.offset());
        long closedBy = closedBy(row, input);
        var of = histories(row.series());
        if (kernel.looksAhead()) {
            reviseBefore(row.series(), first, of, cause);
        }
        long next = nextAfter(input, row);
        long step = first;
        while (step < next && step - row.timeNanos() <= kernel.reach() && timing.closed(grid.to(step), closedBy)) {
            revise(row.series(), step, of, cause);
            step = grid.next(step);
        }
        if (step < next && !timing.closed(grid.to(step), closedBy)) {
            expect(step, row.series());
        }
    }

    /** The first time that looks at the row after one. */
    private long nextAfter(AcceptedRows input, Accepted row) {
        var rows = input.rows(row.series());
        for (int i = rows.upperBound(row.timeNanos()); i < rows.size(); i++) {
            long step = kernel.step(rows.timeNanos(i));
            if (step != Grid.NONE_AFTER && step > row.timeNanos() && input.accepts(rows, i)) {
                return step;
            }
        }
        return Grid.NONE_AFTER;
    }

    private void reviseBefore(String series, long row, List<History> of, Results.Cause cause) {
        for (long step = grid.previous(row); step != Grid.NONE_BEFORE; step = grid.previous(step)) {
            int result = results.find(series, step, 0);
            if (result < 0 || row - step > kernel.reach() || isOfRow(of.getFirst(), step)) {
                return;
            }
            revise(series, step, of, cause);
        }
    }

    private static boolean isOfRow(History of, long step) {
        for (int i = of.rows().lowerBound(step);
                i < of.rows().size() && of.rows().timeNanos(i) == step;
                i++) {
            if (of.accepted().test(i)) {
                return true;
            }
        }
        return false;
    }

    private void revise(String series, long step, List<History> of, Results.Cause cause) {
        int result = results.find(series, step, 0);
        if (result < 0 && results.isExpired(step)) {
            return;
        }
        Optional<@Nullable Object[]> cells = kernel.evaluate(of, step, this::isClosed);
        if (cells.isEmpty()) {
            return;
        }
        boolean isNew = result < 0;
        if (isNew) {
            result = results.insert(series, step, 0);
        }
        if (set(result, cells.get()) || isNew) {
            publisher.publish(result, cause);
        }
    }

    private boolean set(int result, @Nullable Object[] cells) {
        boolean changed = false;
        for (int i = 0; i < cells.length; i++) {
            if (!Objects.equals(results.result(result).valueAt(i), cells[i])) {
                results.set(result, i, cells[i]);
                changed = true;
            }
        }
        return changed;
    }

    @Override
    public void onProgress(String stream, long ofInput, long offset) {
        input(stream).saw(ofInput, offset);
        long progress = progress();
        var cause = new Results.Cause(progress, offset);
        while (!due.isEmpty() && timing.closed(grid.to(due.firstKey()), progress)) {
            var first = due.pollFirstEntry();
            expected -= first.getValue().size();
            for (String series : first.getValue()) {
                close(series, first.getKey(), cause);
            }
        }
    }

    private void close(String series, long step, Results.Cause cause) {
        var of = histories(series);
        if (results.find(series, step, 0) >= 0
                || kernel.evaluate(of, step, this::isClosed).isEmpty()) {
            return;
        }
        revise(series, step, of, cause);
        if (kernel.looksAhead() && isOfRow(of.getFirst(), step)) {
            reviseBefore(series, step, of, cause);
        }
        expect(grid.next(step), series);
    }

    @Override
    public long closesAt() {
        return due.isEmpty() ? Long.MAX_VALUE : timing.closesAt(grid.to(due.firstKey()));
    }

    @Override
    public long progress() {
        long least = Long.MAX_VALUE;
        for (AcceptedRows input : inputs) {
            least = Math.min(least, input.progress());
        }
        return least;
    }

    @Override
    public long settledBefore() {
        long progress = progress();
        return progress < EARLIEST ? Long.MIN_VALUE : grid.firstEndingAfter(timing.closedTo(progress));
    }

    @Override
    public long heapBytes() {
        return expected * EXPECTED_BYTES
                + inputs.stream().mapToLong(AcceptedRows::heapBytes).sum();
    }

    /** What has not closed is shown by the input. */
    @Override
    public void refreshProvisional() {}
}
