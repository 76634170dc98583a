package io.polaroid.topology.view;

import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.batch.Ewm;
import io.polaroid.timeseries.batch.EwmState;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.RowFunction;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Exponentially weighted statistics. Their state goes on from row to row in the slots of results. */
final class EwmKernel {
    private EwmKernel() {}

    /** Weights that decay from row to row. */
    record OfRows(RowFunction.Ewm function, List<Ewm> options, List<Field> outputs, int[] columns)
            implements RowKernel {
        static OfRows of(RowFunction.Ewm function, List<Field> outputs, int[] columns) {
            var decay = function.decay().orElseThrow();
            var how = function.options();
            var options = function.columns().values().stream()
                    .map(of -> new Ewm(
                            of.kind(),
                            decay,
                            how.adjust(),
                            how.bias(),
                            how.minSamples(),
                            how.ignoreNulls(),
                            List.of(),
                            List.of()))
                    .toList();
            return new OfRows(function, options, outputs, columns);
        }

        @Override
        public boolean keepsColumns() {
            return true;
        }

        @Override
        public long withinNanos() {
            return function.within().toNanos();
        }

        @Override
        public int slots() {
            return EwmState.SLOTS * columns.length;
        }

        @Override
        public @Nullable Object[] evaluate(History history, int index, Slots state, boolean begins) {
            @Nullable Object[] cells = new Object[columns.length];
            Row row = history.rows().row(index);
            for (int i = 0; i < cells.length; i++) {
                var running = new EwmState(options.get(i));
                if (!begins) {
                    running.recall(state, i * EwmState.SLOTS);
                }
                boolean has = !row.isNull(columns[i]);
                running.take(has, has ? row.doubleAt(columns[i]) : 0);
                running.keep(state, i * EwmState.SLOTS);
                cells[i] = has && running.hasResult() ? (Object) running.result() : null;
            }
            return cells;
        }
    }

    /** Weights that decay with time: mean, time of the last value, and whether there is one. */
    record OfTime(RowFunction.Ewm function, List<Field> outputs, int[] columns, long unitNanos) implements RowKernel {
        private static final int SLOTS = 3;

        @Override
        public boolean keepsColumns() {
            return true;
        }

        @Override
        public long withinNanos() {
            return function.within().toNanos();
        }

        @Override
        public int slots() {
            return SLOTS * columns.length;
        }

        @Override
        public @Nullable Object[] evaluate(History history, int index, Slots state, boolean begins) {
            double half = (double) function.halfLife().orElseThrow().toNanos() / unitNanos;
            @Nullable Object[] cells = new Object[columns.length];
            Row row = history.rows().row(index);
            long time = history.rows().timeNanos(index) / unitNanos;
            for (int i = 0; i < cells.length; i++) {
                int slot = i * SLOTS;
                if (begins) {
                    state.setDouble(slot + 2, 0);
                }
                if (!row.isNull(columns[i])) {
                    double value = row.doubleAt(columns[i]);
                    long last = Double.doubleToRawLongBits(state.doubleAt(slot + 1));
                    double old = Math.pow(2, -(time - last) / half);
                    double mean = state.doubleAt(slot + 2) > 0 ? (1 - old) * value + old * state.doubleAt(slot) : value;
                    state.setDouble(slot, mean);
                    // A time does not fit into a double, its bits do.
                    state.setDouble(slot + 1, Double.longBitsToDouble(time));
                    state.setDouble(slot + 2, 1);
                    cells[i] = mean;
                }
            }
            return cells;
        }
    }
}
