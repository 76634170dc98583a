package io.polaroid.topology.view;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.ViewSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The results of a lookup from all rows of a series at once: what {@link LookupOperator} must come to in the end. */
public final class BatchLookups {
    private final StreamColumns left;
    private final LookupKernel kernel;

    /** Results of a view. */
    public BatchLookups(ViewSpec.Lookup view, StreamColumns left, StreamColumns right) {
        this.left = left;
        this.kernel = LookupKernel.of(view.lookup(), left, right).orThrow();
    }

    /** The cells of a left row's result; empty if it has none. */
    public Optional<List<@Nullable Object>> of(SeriesRows lefts, int index, SeriesRows rights) {
        Row row = lefts.row(index);
        return kernel.evaluate(row, new History(rights, i -> true), lefts.timeNanos(index))
                .map(found -> {
                    var cells = new ArrayList<@Nullable Object>();
                    left.joined().forEach(column -> cells.add(lefts.row(index).valueAt(column)));
                    cells.addAll(Arrays.asList(found));
                    cells.add(left.identity().sequence(lefts, index));
                    return cells;
                });
    }
}
