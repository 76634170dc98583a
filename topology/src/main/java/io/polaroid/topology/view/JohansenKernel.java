package io.polaroid.topology.view;

import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.statistics.JohansenResult;
import io.polaroid.timeseries.statistics.RollingJohansen;
import io.polaroid.topology.pipeline.RowFunction;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The Johansen test of the last rows. */
record JohansenKernel(RowFunction.Johansen function, List<Field> outputs, int[] columns) implements RowKernel {
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
        double[][] values = history.last(columns, index, function.rows(), withinNanos());
        return values.length > 0
                        && function.test().apply(function.columns(), values)
                                instanceof Result.Ok<JohansenResult>(var found)
                ? RollingJohansen.results(found).toArray()
                : new @Nullable Object[outputs.size()];
    }
}
