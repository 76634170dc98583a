package io.polaroid.topology.view;

import io.polaroid.timeseries.aggregate.Slots;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.RowFunction;
import io.polaroid.topology.pipeline.RowFunction.Shift.Kind;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Cells of earlier rows, and changes since. */
final class ShiftKernel {
    private ShiftKernel() {}

    /** The cell some rows before. */
    record Lagged(RowFunction.Shift function, List<Field> outputs, int[] columns) implements RowKernel {
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
            @Nullable Object[] cells = new Object[columns.length];
            int before = history.back(index, function.rows(), withinNanos());
            if (before == History.NONE) {
                return cells;
            }
            Row row = history.rows().row(before);
            for (int i = 0; i < cells.length; i++) {
                cells[i] = row.valueAt(columns[i]);
            }
            if (function.kind() != Kind.LAG) {
                Row own = history.rows().row(index);
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = change(own.valueAt(columns[i]), cells[i]);
                }
            }
            return cells;
        }

        private @Nullable Object change(@Nullable Object own, @Nullable Object before) {
            if (!(own instanceof Number now) || !(before instanceof Number then)) {
                return null;
            }
            if (function.kind() == Kind.PCT_CHANGE) {
                return (now.doubleValue() - then.doubleValue()) / then.doubleValue();
            }
            if (now instanceof Double || then instanceof Double) {
                return now.doubleValue() - then.doubleValue();
            }
            long difference = now.longValue() - then.longValue();
            boolean overflow = ((now.longValue() ^ then.longValue()) & (now.longValue() ^ difference)) < 0;
            return overflow ? null : (Object) difference;
        }
    }

    /** The last cell that is not null. */
    record Filled(RowFunction.FillForward function, List<Field> outputs, int[] columns) implements RowKernel {
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
            @Nullable Object[] cells = new Object[columns.length];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = last(history, index, columns[i]);
            }
            return cells;
        }

        private @Nullable Object last(History history, int index, int column) {
            long time = history.rows().timeNanos(index);
            int most = function.limit().orElse(Integer.MAX_VALUE);
            int at = index;
            for (int step = 0; at != History.NONE && step <= most; step++) {
                Object cell = history.rows().row(at).valueAt(column);
                if (cell != null) {
                    return cell;
                }
                at = history.before(at, time, withinNanos());
            }
            return null;
        }
    }

    /** Whether cells of a type can be subtracted. */
    static boolean isNumber(ArrowType type) {
        return type instanceof ArrowType.Int || type instanceof ArrowType.FloatingPoint;
    }
}
