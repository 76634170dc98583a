package io.polaroid.topology.view;

import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.statistics.AdfResult;
import io.polaroid.topology.pipeline.RowFunction;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The augmented Dickey-Fuller test of the last rows. */
record AdfKernel(RowFunction.Adf function, List<Field> outputs, int column) implements RowKernel {
    @Override
    public boolean keepsColumns() {
        return true;
    }

    @Override
    public long withinNanos() {
        return function.within().toNanos();
    }

    @Override
    public @Nullable Object[] evaluate(History history, int index, Slots state, boolean begins) {
        double[][] values = history.last(new int[] {column}, index, function.rows(), withinNanos());
        return values.length > 0 && function.test().apply(values[0]) instanceof Result.Ok<AdfResult>(var found)
                ? new Object[] {found.statistic(), found.pValue()}
                : new @Nullable Object[outputs.size()];
    }
}
