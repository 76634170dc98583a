package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** A series on a grid from all of its rows at once: what {@link StepsOperator} must come to in the end. */
public final class BatchSteps {
    private final StepKernel kernel;
    private final Timing timing;

    /** Steps of a view. */
    public BatchSteps(ViewSpec.Steps view, List<StreamColumns> inputs) {
        this.kernel = StepKernel.of(view, inputs).orThrow();
        this.timing = Timing.of(view.policy());
    }

    /**
     * The cells of each closed time.
     *
     * @param rows of the series, by input
     */
    public TreeMap<Long, List<@Nullable Object>> of(List<SeriesRows> rows, long progress) {
        var histories = rows.stream().map(one -> new History(one, i -> true)).toList();
        Grid grid = kernel.grid();
        LongPredicate isClosed = step -> timing.closed(grid.to(step), progress);
        var results = new TreeMap<Long, List<@Nullable Object>>();
        for (SeriesRows one : rows) {
            for (int i = 0; i < one.size(); i++) {
                long step = kernel.step(one.timeNanos(i));
                while (step != Grid.NONE_AFTER && isClosed.test(step) && !results.containsKey(step)) {
                    var cells = kernel.evaluate(histories, step, isClosed);
                    if (cells.isEmpty()) {
                        break;
                    }
                    results.put(step, Arrays.asList(cells.get()));
                    step = grid.next(step);
                }
            }
        }
        return results;
    }
}
