package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Function;
import io.polaroid.timeseries.row.Row;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one aggregate call keeps of the rows of one window, where running numbers do not do. */
abstract sealed class Gathering {
    abstract void reset();

    abstract void update(Row row, long timeNanos, long offset);

    @Nullable
    abstract Object value();

    /** What a call gathers. */
    static Gathering of(Kernel.Calls call, List<BoundExpr> arguments) {
        BoundExpr of = arguments.getFirst();
        return switch (call.function()) {
            case MEDIAN, QUANTILE -> new Sorted(of, call);
            case N_UNIQUE -> new Distinct(of);
            case FIRST_VALUE -> new Outer(of, -1);
            case LAST_VALUE -> new Outer(of, 1);
            case CORR, COV -> new Pairs(of, arguments.getLast(), call.function() == Function.CORR);
            default -> throw new IllegalArgumentException(call.function() + " needs no rows");
        };
    }

    /** The values that are not null, for quantiles. NaN is the greatest. */
    private static final class Sorted extends Gathering {
        private final BoundExpr of;
        private final Kernel.Calls call;
        private double[] values = new double[64];
        private int count;

        Sorted(BoundExpr of, Kernel.Calls call) {
            this.of = of;
            this.call = call;
        }

        @Override
        void reset() {
            count = 0;
        }

        @Override
        void update(Row row, long timeNanos, long offset) {
            if (!of.isNull(row)) {
                if (count == values.length) {
                    values = Arrays.copyOf(values, 2 * count);
                }
                values[count++] = of.doubleAt(row);
            }
        }

        @Override
        @Nullable
        Object value() {
            if (count == 0) {
                return null;
            }
            double[] sorted = Arrays.copyOf(values, count);
            Arrays.sort(sorted);
            return call.between().of(sorted, 0, count, call.quantile());
        }
    }

    /** Distinct cells: null is one, NaN is one, -0 is 0. */
    private static final class Distinct extends Gathering {
        private static final Object NULL = new Object();

        private final BoundExpr of;
        private final Set<Object> cells = new HashSet<>();

        Distinct(BoundExpr of) {
            this.of = of;
        }

        @Override
        void reset() {
            cells.clear();
        }

        @Override
        void update(Row row, long timeNanos, long offset) {
            Object cell = of.evaluate(row);
            cells.add(cell == null ? NULL : cell instanceof Double number ? (Object) (number + 0.0) : cell);
        }

        @Override
        Object value() {
            return (long) cells.size();
        }
    }

    /** The cell of the first or last row by (time, offset), null or not. */
    private static final class Outer extends Gathering {
        private final BoundExpr of;
        private final int side;
        private boolean any;
        private long time;
        private long place;
        private @Nullable Object cell;

        Outer(BoundExpr of, int side) {
            this.of = of;
            this.side = side;
        }

        @Override
        void reset() {
            any = false;
            cell = null;
        }

        @Override
        void update(Row row, long timeNanos, long offset) {
            int order =
                    Long.compare(timeNanos, time) != 0 ? Long.compare(timeNanos, time) : Long.compare(offset, place);
            if (!any || order * side > 0) {
                any = true;
                time = timeNanos;
                place = offset;
                cell = of.evaluate(row);
            }
        }

        @Override
        @Nullable
        Object value() {
            return cell;
        }
    }

    /** Pairs of values of which neither is null. */
    private static final class Pairs extends Gathering {
        private final BoundExpr x;
        private final BoundExpr y;
        private final boolean scaled;
        private double[] xs = new double[64];
        private double[] ys = new double[64];
        private int count;

        Pairs(BoundExpr x, BoundExpr y, boolean scaled) {
            this.x = x;
            this.y = y;
            this.scaled = scaled;
        }

        @Override
        void reset() {
            count = 0;
        }

        @Override
        void update(Row row, long timeNanos, long offset) {
            if (x.isNull(row) || y.isNull(row)) {
                return;
            }
            if (count == xs.length) {
                xs = Arrays.copyOf(xs, 2 * count);
                ys = Arrays.copyOf(ys, 2 * count);
            }
            xs[count] = x.doubleAt(row);
            ys[count++] = y.doubleAt(row);
        }

        @Override
        @Nullable
        Object value() {
            if (count < 2) {
                return null;
            }
            return Together.of(xs, ys, 0, count, scaled);
        }
    }
}
