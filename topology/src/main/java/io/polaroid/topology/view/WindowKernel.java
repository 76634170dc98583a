package io.polaroid.topology.view;

import io.polaroid.store.SeriesRows;
import io.polaroid.timeseries.aggregate.AggregatePlan;
import io.polaroid.timeseries.aggregate.ArraySlots;
import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.operator.Rolling;
import io.polaroid.timeseries.operator.RowRange;
import io.polaroid.topology.pipeline.RowFunction;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Aggregates of a window of time or rows that ends at the row, worked out anew for each. */
final class WindowKernel {
    private WindowKernel() {}

    /** A window of time; rows of equal time share one. */
    record OfTime(AggregatePlan plan, ArraySlots scratch, Rolling window) implements RowKernel {
        static OfTime of(RowFunction.TimeWindow function, AggregatePlan plan) {
            var window = new Rolling(function.period().toNanos(), function.closed());
            return new OfTime(plan, new ArraySlots(plan.doubleSlots(), plan.longSlots()), window);
        }

        @Override
        public List<Field> outputs() {
            return plan.outputs();
        }

        @Override
        public boolean keepsColumns() {
            return false;
        }

        @Override
        public long withinNanos() {
            return window.periodNanos();
        }

        @Override
        public RowRange affectedBy(History history, long timeNanos) {
            // The row's own result as well, if its window does not hold it.
            RowRange changed = window.affectedBy(history.rows(), timeNanos);
            return new RowRange(
                    history.rows().lowerBound(timeNanos),
                    Math.max(changed.to(), history.rows().upperBound(timeNanos)));
        }

        @Override
        public @Nullable Object[] evaluate(History history, int index, Slots state, boolean begins) {
            SeriesRows rows = history.rows();
            RowRange range = window.window(rows, rows.timeNanos(index));
            plan.reset(scratch);
            for (int i = range.from(); i < range.to(); i++) {
                if (history.accepted().test(i)) {
                    plan.update(scratch, rows.row(i), rows.timeNanos(i), rows.offset(i));
                }
            }
            return plan.finish(scratch);
        }
    }

    /** The last rows. */
    record OfRows(AggregatePlan plan, ArraySlots scratch, RowFunction.RowWindow function) implements RowKernel {
        static OfRows of(RowFunction.RowWindow function, AggregatePlan plan) {
            return new OfRows(plan, new ArraySlots(plan.doubleSlots(), plan.longSlots()), function);
        }

        @Override
        public List<Field> outputs() {
            return plan.outputs();
        }

        @Override
        public boolean keepsColumns() {
            return false;
        }

        @Override
        public long withinNanos() {
            return function.within().toNanos();
        }

        @Override
        public @Nullable Object[] evaluate(History history, int index, Slots state, boolean begins) {
            boolean withOwn = function.closed() == Closed.RIGHT || function.closed() == Closed.BOTH;
            boolean withFirst = function.closed() == Closed.LEFT || function.closed() == Closed.BOTH;
            int steps = function.rows() - (withFirst ? 0 : 1);
            long time = history.rows().timeNanos(index);
            plan.reset(scratch);
            if (withOwn) {
                add(history.rows(), index);
            }
            int at = index;
            for (int step = 0; step < steps; step++) {
                at = history.before(at, time, withinNanos());
                if (at == History.NONE) {
                    break;
                }
                add(history.rows(), at);
            }
            return plan.finish(scratch);
        }

        private void add(SeriesRows rows, int index) {
            plan.update(scratch, rows.row(index), rows.timeNanos(index), rows.offset(index));
        }
    }
}
