package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Cursor;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.expr.BinaryOperator;
import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.expr.Function;
import io.polaroid.timeseries.window.Cells;
import io.polaroid.timeseries.window.Interpolation;
import io.polaroid.timeseries.window.Statistic;
import io.polaroid.timeseries.window.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Aggregate expressions all of whose calls are running statistics: the calls are computed once for all windows, and the rest of an
 * expression runs over their results row by row.
 */
final class Lifted {
    /**
     * A call: a statistic of an expression over the cells of a row.
     *
     * @param field the type of its result
     */
    private record Call(Statistic statistic, Expr argument, Field field) {}

    /** What this does not do, so that it is done by looking at all rows of all windows. */
    private static final class Other extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Other() {
            super("no running statistic", null, false, false);
        }
    }

    private final Schema input;
    private final SequencedMap<Expr.Call, Call> calls = new LinkedHashMap<>();
    private final Map<String, Expr> outer = new LinkedHashMap<>();

    private Lifted(Schema input) {
        this.input = input;
    }

    /**
     * The expressions lifted, if all of their calls are running statistics of numbers.
     *
     * @param outputs expressions that are valid for the input
     */
    static Optional<Lifted> of(SequencedMap<String, String> outputs, Schema input) {
        var lifted = new Lifted(input);
        try {
            for (Map.Entry<String, String> output : outputs.entrySet()) {
                lifted.outer.put(
                        output.getKey(), lifted.lift(Expr.parse(output.getValue()).orThrow()));
            }
            Schema inner = lifted.inner();
            for (Expr expr : lifted.outer.values()) {
                ArrowType type = Expr.bind(expr, inner).orThrow().type();
                if (!(expr instanceof Expr.Column) && !Types.isNumber(type)) {
                    return Optional.empty();
                }
            }
            return Optional.of(lifted);
        } catch (Other notRunning) {
            return Optional.empty();
        }
    }

    private Expr lift(Expr expr) {
        return switch (expr) {
            case Expr.Call call when call.function() == Function.VWAP -> {
                Expr price = call.arguments().getFirst();
                Expr size = call.arguments().getLast();
                Expr value = new Expr.Binary(BinaryOperator.MULTIPLY, price, size, call.at());
                yield lift(new Expr.Binary(
                        BinaryOperator.DIVIDE,
                        new Expr.Call(Function.SUM, List.of(value), call.at()),
                        new Expr.Call(Function.SUM, List.of(size), call.at()),
                        call.at()));
            }
            case Expr.Call call
            when call.function().role() == Function.Role.AGGREGATE -> new Expr.Column(name(call), call.at());
            default -> expr.withChildren(this::lift);
        };
    }

    private String name(Expr.Call call) {
        Call known = calls.get(call);
        if (known == null) {
            known = call(call, "#" + calls.size());
            calls.put(call, known);
        }
        return known.field().getName();
    }

    private Call call(Expr.Call call, String name) {
        if (call.arguments().isEmpty()) {
            throw new Other();
        }
        Expr argument = call.arguments().getFirst();
        Statistic statistic = statistic(call);
        ArrowType type = argument instanceof Expr.Column column
                ? Types.column(input, column.name()).getType()
                : Expr.bind(argument, input).orThrow().type();
        boolean extreme = statistic.keepsWhole() && !(statistic instanceof Statistic.Sum);
        boolean number = type instanceof ArrowType.Int || type instanceof ArrowType.FloatingPoint;
        boolean wide = type instanceof ArrowType.Int whole && whole.getBitWidth() == 64 && !whole.getIsSigned();
        boolean counted = statistic instanceof Statistic.Count && argument instanceof Expr.Column;
        if (!counted && (wide || !(number && Types.isNumber(type) || extreme && Types.isTemporal(type)))) {
            throw new Other();
        }
        return new Call(statistic, argument, Types.output(name, result(statistic, type)));
    }

    private static ArrowType result(Statistic statistic, ArrowType type) {
        return switch (statistic) {
            case Statistic.Count count -> Types.INT64;
            case Statistic.Sum sum -> type instanceof ArrowType.Int ? Types.INT64 : Types.FLOAT64;
            case Statistic.LeastNumber least -> type;
            case Statistic.GreatestNumber greatest -> type;
            default -> Types.FLOAT64;
        };
    }

    private static Statistic statistic(Expr.Call call) {
        return switch (call.function()) {
            case COUNT -> new Statistic.Count();
            case SUM -> new Statistic.Sum();
            case MEAN -> new Statistic.Mean();
            case MIN -> new Statistic.LeastNumber();
            case MAX -> new Statistic.GreatestNumber();
            case STD -> new Statistic.Std(1);
            case VAR -> new Statistic.Var(1);
            case MEDIAN -> new Statistic.Median();
            case QUANTILE -> quantile(call);
            default -> throw new Other();
        };
    }

    private static Statistic quantile(Expr.Call call) {
        if (!(call.arguments().get(1) instanceof Expr.Literal place && place.value() instanceof Number quantile)) {
            throw new Other();
        }
        Interpolation interpolation = Interpolation.NEAREST;
        if (call.arguments().size() == 3 && call.arguments().get(2) instanceof Expr.Literal name) {
            interpolation = Interpolation.valueOf(name.value().toString().toUpperCase(Locale.ROOT));
        }
        return new Statistic.Quantile(quantile.doubleValue(), interpolation);
    }

    private Schema inner() {
        return new Schema(calls.values().stream().map(Call::field).toList());
    }

    /**
     * Computes the expressions over the windows of each group.
     *
     * @param groups the rows of the table that are aggregated
     * @param around how many windows each group has: one for each of these rows
     * @param fields the outputs' columns, in order
     * @param made takes the columns, whose rows lie group by group
     */
    void apply(
            VectorSchemaRoot table,
            Groups groups,
            Groups around,
            Supplier<Rolled.Framed> frames,
            List<Field> fields,
            Made made,
            BufferAllocator allocator,
            Workers workers) {
        var tasks = new ArrayList<Rolled.Task>();
        Map<Expr, Values> evaluated = new LinkedHashMap<>();
        for (Call call : calls.values()) {
            tasks.add(new Rolled.Task(
                    call.statistic(),
                    values(call, table, groups, evaluated),
                    0,
                    call.field().getType()));
        }
        List<Cells> cells = Rolled.over(around, tasks, frames, workers);
        int rows = around.rows().length;
        var results = new ArrayList<Computed>();
        for (Cells cell : cells) {
            results.add(Computed.of(cell, validity(cell.valid())));
        }
        List<Field> inner = inner().getFields();
        if (outer.values().stream().allMatch(expr -> expr instanceof Expr.Column)) {
            for (Field field : fields) {
                if (outer.get(field.getName()) instanceof Expr.Column call) {
                    results.get(index(inner, call.name())).into(made, field);
                }
            }
            return;
        }
        try (Made columns = Made.with(allocator)) {
            for (int i = 0; i < results.size(); i++) {
                results.get(i).into(columns, inner.get(i));
            }
            try (VectorSchemaRoot calculated = columns.table(rows)) {
                for (Field field : fields) {
                    Expr expr = java.util.Objects.requireNonNull(outer.get(field.getName()));
                    if (expr instanceof Expr.Column call) {
                        results.get(index(inner, call.name())).into(made, field);
                    } else {
                        Values result = evaluate(Expr.bind(expr, inner()).orThrow(), calculated);
                        Computed.of(new Cells(result.numbers(), result.wholes(), result.valid()), validity(result.valid()))
                                .into(made, field);
                    }
                }
            }
        }
    }

    private static int index(List<Field> fields, String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).getName().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException("no call " + name);
    }

    private static Validity validity(boolean[] valid) {
        Validity bits = Validity.none(valid.length);
        for (int row = 0; row < valid.length; row++) {
            if (valid[row]) {
                bits.set(row);
            }
        }
        return bits;
    }

    private Values values(Call call, VectorSchemaRoot table, Groups groups, Map<Expr, Values> evaluated) {
        if (call.argument() instanceof Expr.Column column) {
            return Rolled.values(Column.of(table.getVector(column.name())), call.statistic(), groups);
        }
        Values cells = evaluated.computeIfAbsent(
                call.argument(), of -> evaluate(Expr.bind(of, input).orThrow(), table));
        boolean[] valid = new boolean[groups.rows().length];
        for (int at = 0; at < valid.length; at++) {
            valid[at] = cells.valid()[groups.rows()[at]];
        }
        if (cells.wholes().length > 0 && call.statistic().keepsWhole()) {
            return Values.of(groups.arranged(cells.wholes()), valid);
        }
        return Values.of(groups.arranged(numbers(cells)), valid);
    }

    private static double[] numbers(Values cells) {
        if (cells.wholes().length == 0) {
            return cells.numbers();
        }
        double[] numbers = new double[cells.wholes().length];
        for (int row = 0; row < numbers.length; row++) {
            numbers[row] = cells.wholes()[row];
        }
        return numbers;
    }

    private static Values evaluate(BoundExpr expr, VectorSchemaRoot table) {
        int rows = table.getRowCount();
        boolean whole = !(expr.type() instanceof ArrowType.FloatingPoint);
        boolean[] valid = new boolean[rows];
        double[] numbers = new double[whole ? 0 : rows];
        long[] wholes = new long[whole ? rows : 0];
        Cursor row = Cursor.over(table.getFieldVectors());
        for (int at = 0; at < rows; at++) {
            row.at(at);
            if (expr.isDirect()) {
                valid[at] = !expr.isNull(row);
                if (valid[at] && whole) {
                    wholes[at] = expr.longAt(row);
                } else if (valid[at]) {
                    numbers[at] = expr.doubleAt(row);
                }
            } else {
                Object cell = expr.evaluate(row);
                valid[at] = cell != null;
                if (whole) {
                    wholes[at] = cell instanceof Number number ? number.longValue() : Boolean.TRUE.equals(cell) ? 1 : 0;
                } else {
                    numbers[at] = cell instanceof Number number ? number.doubleValue() : 0;
                }
            }
        }
        return new Values(numbers, wholes, valid);
    }
}
