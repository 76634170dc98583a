package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The results of a view of rows from all rows of a series at once: what {@link PerRowOperator} must come to in the end. */
public final class BatchRowResults {
    private final StreamColumns input;
    private final RowKernel kernel;
    private final RowResults layout;

    /** Results of a view. */
    public BatchRowResults(ViewSpec.PerRow view, StreamColumns input) {
        this.input = input;
        this.kernel = RowKernels.of(view.function(), input).orThrow();
        this.layout = new RowResults(input, kernel);
    }

    /** The cells of each row's result, in order; empty for a row that has none. */
    public List<Optional<List<@Nullable Object>>> of(SeriesRows rows) {
        var history = new History(rows, i -> true);
        var state = new ArraySlots(kernel.slots(), 0);
        var results = new ArrayList<Optional<List<@Nullable Object>>>();
        for (int i = 0; i < rows.size(); i++) {
            if (!kernel.hasResult(rows.row(i))) {
                results.add(Optional.empty());
                continue;
            }
            boolean begins = history.before(i, rows.timeNanos(i), kernel.withinNanos()) == History.NONE;
            @Nullable Object[] made = kernel.evaluate(history, i, state, begins);
            long sequence = input.identity().sequence(rows, i);
            results.add(Optional.of(Arrays.asList(layout.cells(rows.row(i), sequence, made))));
        }
        return results;
    }
}
