package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Function;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A plan: arguments evaluated once per row, the accumulators fed by each, and the outer expressions over what these hold. */
final class CompiledPlan implements AggregatePlan {
    /** Reads the result of one aggregate call out of the state. */
    @FunctionalInterface
    interface Reader {
        @Nullable
        Object of(Slots state);
    }

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
    private final Reader[] readers;
    private final BoundExpr[] results;
    private final int doubleSlots;
    private final int longSlots;

    CompiledPlan(List<Field> outputs, List<Argument> arguments, List<Reader> readers, List<BoundExpr> results) {
        this.outputs = List.copyOf(outputs);
        this.arguments = arguments.toArray(Argument[]::new);
        this.readers = readers.toArray(Reader[]::new);
        this.results = results.toArray(BoundExpr[]::new);
        var all = new ArrayList<Accumulator>();
        int doubles = 0;
        int longs = 0;
        for (Argument argument : arguments) {
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
    public void reset(Slots state) {
        for (Accumulator accumulator : accumulators) {
            accumulator.reset(state);
        }
    }

    @Override
    public void update(Slots state, Row row, long timeNanos, long offset) {
        for (Argument argument : arguments) {
            argument.update(state, row, timeNanos, offset);
        }
    }

    @Override
    public @Nullable Object[] finish(Slots state) {
        @Nullable Object[] inner = new Object[readers.length];
        for (int i = 0; i < inner.length; i++) {
            inner[i] = readers[i].of(state);
        }
        Row row = new ArrayRow(inner);
        @Nullable Object[] cells = new Object[results.length];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = canonical(results[i].evaluate(row));
        }
        return cells;
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

        Reader reader(Function function) {
            return switch (function) {
                case COUNT -> count()::value;
                case SUM -> part(whole ? Part.WHOLE_SUM : Part.SUM)::value;
                case MIN -> boxed(ifAny(part(Part.MIN)));
                case MAX -> boxed(ifAny(part(Part.MAX)));
                case FIRST -> boxed(part(Part.FIRST)::value);
                case LAST -> boxed(part(Part.LAST)::value);
                case MEAN -> Moments.mean(count(), part(Part.SUM));
                case VAR -> Moments.variance(count(), part(Part.SUM), part(Part.SQUARES));
                case STD -> Moments.deviation(count(), part(Part.SUM), part(Part.SQUARES));
                default -> throw new IllegalArgumentException(function + " is no aggregate with state of its own");
            };
        }

        private Reader ifAny(Accumulator extreme) {
            Accumulator count = count();
            return state -> count.getLong(state, 0) == 0 ? null : extreme.value(state);
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
