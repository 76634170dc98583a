package io.polaroid.topology.view;

import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
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
        @Nullable Object[] none = new Object[2];
        double[] values = new double[function.rows()];
        long time = history.rows().timeNanos(index);
        int at = index;
        for (int i = values.length - 1; i >= 0; i--) {
            if (at == History.NONE) {
                return none;
            }
            Row row = history.rows().row(at);
            values[i] = row.isNull(column) ? Double.NaN : row.doubleAt(column);
            at = history.before(at, time, withinNanos());
        }
        return function.test().apply(values) instanceof Result.Ok<AdfResult>(var found)
                ? new Object[] {found.statistic(), found.pValue()}
                : none;
    }
}
