package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Function;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A plan: arguments evaluated once per row, the accumulators fed by each, and the outer expressions over what these hold. */
final class CompiledPlan implements AggregatePlan, WindowPlan {
    private enum Part {
        COUNT,
        WHOLE_SUM,
        SUM,
        SQUARES,
        MIN,
        MAX,
        FIRST,
        LAST
    }

    private final List<Field> outputs;
    private final Argument[] arguments;
    private final Accumulator[] accumulators;
    private final Gathering[] gatherings;
    private final Reader[] readers;
    private final BoundExpr[] results;
    private final boolean[] whole;
    private final int doubleSlots;
    private final int longSlots;
    private final int orderedCount;

    CompiledPlan(
            List<Field> outputs,
            List<Argument> arguments,
            List<Gathering> gatherings,
            List<Reader> readers,
            List<BoundExpr> results) {
        this.outputs = List.copyOf(outputs);
        this.arguments = arguments.toArray(Argument[]::new);
        this.gatherings = gatherings.toArray(Gathering[]::new);
        this.readers = readers.toArray(Reader[]::new);
        this.results = results.toArray(BoundExpr[]::new);
        this.whole = new boolean[this.results.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = !(this.results[i].type() instanceof ArrowType.FloatingPoint);
        }
        var all = new ArrayList<Accumulator>();
        int doubles = 0;
        int longs = 0;
        int ordered = 0;
        for (Argument argument : arguments) {
            if (argument.isOrdered) {
                argument.ordered = ordered++;
            }
            for (Accumulator accumulator : argument.sealed()) {
                accumulator.place(doubles, longs);
                doubles += accumulator.doubles();
                longs += accumulator.longs();
                all.add(accumulator);
            }
        }
        this.accumulators = all.toArray(Accumulator[]::new);
        this.doubleSlots = doubles;
        this.longSlots = longs;
        this.orderedCount = ordered;
    }

    @Override
    public int rowBytes() {
        int bytes = 2 * Long.BYTES;
        for (Argument argument : arguments) {
            bytes += Long.BYTES + (argument.ordered() < 0 ? 0 : Double.BYTES);
            for (Accumulator accumulator : argument.fed()) {
                bytes += accumulator instanceof Extreme ? Integer.BYTES : 0;
            }
        }
        return bytes;
    }

    @Override
    public MovingWindow open() {
        return new CompiledWindow(this, arguments, new WindowSlots(doubleSlots, longSlots, orderedCount));
    }

    @Override
    public List<Field> outputs() {
        return outputs;
    }

    @Override
    public int doubleSlots() {
        return doubleSlots;
    }

    @Override
    public int longSlots() {
        return longSlots;
    }

    @Override
    public boolean needsRows() {
        return gatherings.length > 0;
    }

    @Override
    public void reset(Slots state) {
        for (Gathering gathering : gatherings) {
            gathering.reset();
        }
        for (Accumulator accumulator : accumulators) {
            accumulator.reset(state);
        }
    }

    @Override
    public void update(Slots state, Row row, long timeNanos, long offset) {
        for (Argument argument : arguments) {
            argument.update(state, row, timeNanos, offset);
        }
        for (Gathering gathering : gatherings) {
            gathering.update(row, timeNanos, offset);
        }
    }

    @Override
    public @Nullable Object[] finish(Slots state) {
        @Nullable Object[] cells = new Object[results.length];
        Row inner = new Inner(readers, state);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = canonical(results[i].evaluate(inner));
        }
        return cells;
    }

    @Override
    public void finish(Slots state, Outputs to) {
        Row inner = new Inner(readers, state);
        for (int i = 0; i < results.length; i++) {
            BoundExpr result = results[i];
            if (!result.isDirect()) {
                to.set(i, canonical(result.evaluate(inner)));
            } else if (result.isNull(inner)) {
                to.set(i, null);
            } else if (whole[i]) {
                to.setLong(i, result.longAt(inner));
            } else {
                double value = result.doubleAt(inner);
                to.setDouble(i, Double.isNaN(value) ? Double.NaN : value);
            }
        }
    }

    /** The results of the aggregate calls as a row. */
    private record Inner(Reader[] readers, Slots state) implements Row {
        @Override
        public boolean isNull(int column) {
            return readers[column].isNull(state);
        }

        @Override
        public long longAt(int column) {
            return readers[column].longAt(state);
        }

        @Override
        public double doubleAt(int column) {
            return readers[column].doubleAt(state);
        }

        @Override
        public @Nullable Object valueAt(int column) {
            return readers[column].of(state);
        }
    }

    // Which of its many NaNs a processor makes is not defined, and results are compared by their bytes.
    private static @Nullable Object canonical(@Nullable Object cell) {
        return cell instanceof Double number && number.isNaN() ? (Object) Double.NaN : cell;
    }

    /** A scalar expression under aggregates, and the accumulators that its values feed; calls over it share them. */
    static final class Argument {
        private final BoundExpr expr;
        private final boolean whole;
        private final Map<Part, Accumulator> parts = new EnumMap<>(Part.class);
        private Accumulator[] fed = {};
        private boolean isOrdered;
        private int ordered = -1;

        Argument(BoundExpr expr) {
            this.expr = expr;
            this.whole = !(expr.type() instanceof ArrowType.FloatingPoint);
        }

        ArrowType type() {
            return expr.type();
        }

        Accumulator count() {
            return part(Part.COUNT);
        }

        private Accumulator part(Part part) {
            return parts.computeIfAbsent(part, missing -> switch (missing) {
                case COUNT -> new Accumulator.Count();
                case WHOLE_SUM -> new Accumulator.WholeSum();
                case SUM -> new Accumulator.Sum();
                case SQUARES -> new Accumulator.Squares();
                case MIN -> Extreme.least(whole);
                case MAX -> Extreme.greatest(whole);
                case FIRST -> Edge.first(whole);
                case LAST -> Edge.last(whole);
            });
        }

        Accumulator[] sealed() {
            fed = parts.values().toArray(Accumulator[]::new);
            return fed;
        }

        BoundExpr expr() {
            return expr;
        }

        boolean isWhole() {
            return whole;
        }

        Accumulator[] fed() {
            return fed;
        }

        /** Where a window keeps its values in order, or -1. */
        int ordered() {
            return ordered;
        }

        /** Of a window only. */
        Reader quantile(double quantile, Interpolation between) {
            isOrdered = true;
            return state -> state instanceof WindowSlots window && !window.isEmpty(ordered)
                    ? (Object) window.quantile(ordered, quantile, between)
                    : null;
        }

        Reader reader(Function function) {
            return switch (function) {
                case COUNT -> new Reader.Held(count(), null);
                case SUM -> new Reader.Held(part(whole ? Part.WHOLE_SUM : Part.SUM), null);
                case MIN -> boxed(ifAny(part(Part.MIN)));
                case MAX -> boxed(ifAny(part(Part.MAX)));
                case FIRST -> boxed(new Reader.Held(part(Part.FIRST), null));
                case LAST -> boxed(new Reader.Held(part(Part.LAST), null));
                case MEAN -> Moments.mean(count(), part(Part.SUM));
                case VAR -> Moments.variance(count(), part(Part.SUM), part(Part.SQUARES));
                case STD -> Moments.deviation(count(), part(Part.SUM), part(Part.SQUARES));
                default -> throw new IllegalArgumentException(function + " is no aggregate with state of its own");
            };
        }

        private Reader ifAny(Accumulator extreme) {
            return new Reader.Held(extreme, count());
        }

        /** Truths are kept as 0 and 1. */
        private Reader boxed(Reader reader) {
            if (!(expr.type() instanceof ArrowType.Bool)) {
                return reader;
            }
            return state -> reader.of(state) instanceof Long bit ? (Object) (bit != 0) : null;
        }

        void update(Slots state, Row row, long timeNanos, long offset) {
            double number;
            long value;
            if (expr.isDirect()) {
                if (expr.isNull(row)) {
                    return;
                }
                value = whole ? expr.longAt(row) : 0;
                number = whole ? value : expr.doubleAt(row);
            } else {
                Object cell = expr.evaluate(row);
                if (cell == null) {
                    return;
                }
                value = cell instanceof Long held ? held : Boolean.TRUE.equals(cell) ? 1 : 0;
                number = cell instanceof Number held ? held.doubleValue() : value;
            }
            for (Accumulator accumulator : fed) {
                accumulator.update(state, number, value, timeNanos, offset);
            }
        }
    }
}
