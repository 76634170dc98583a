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
        for (Map.Entry<String, String> output : outputs.entrySet()) {
            Expr expr = Expr.parse(output.getValue()).orThrow();
            if (!lifted.isRunning(expr)) {
                return Optional.empty();
            }
            lifted.outer.put(output.getKey(), lifted.lift(expr));
        }
        Schema inner = lifted.inner();
        boolean numbers = lifted.outer.values().stream()
                .allMatch(expr -> expr instanceof Expr.Column
                        || Types.isNumber(Expr.bind(expr, inner).orThrow().type()));
        return numbers ? Optional.of(lifted) : Optional.empty();
    }

    /** Whether all calls in an expression are running statistics of numbers, or extremes of times. */
    private boolean isRunning(Expr expr) {
        if (!(expr instanceof Expr.Call call) || call.function().role() != Function.Role.AGGREGATE) {
            return expr.children().stream().allMatch(this::isRunning);
        }
        if (call.arguments().isEmpty()) {
            return call.function() == Function.COUNT;
        }
        return switch (call.function()) {
            case VWAP -> call.arguments().stream().allMatch(of -> isNumber(type(of)));
            case COUNT ->
                call.arguments().getFirst() instanceof Expr.Column
                        || isNumber(type(call.arguments().getFirst()));
            case MIN, MAX ->
                isNumber(type(call.arguments().getFirst()))
                        || Types.isTemporal(type(call.arguments().getFirst()));
            case SUM, MEAN, STD, VAR, MEDIAN, QUANTILE ->
                isNumber(type(call.arguments().getFirst()));
            default -> false;
        };
    }

    private ArrowType type(Expr argument) {
        return argument instanceof Expr.Column column
                ? Types.column(input, column.name()).getType()
                : Expr.bind(argument, input).orThrow().type();
    }

    private static boolean isNumber(ArrowType type) {
        boolean wide = type instanceof ArrowType.Int whole && whole.getBitWidth() == 64 && !whole.getIsSigned();
        return !wide
                && Types.isNumber(type)
                && !(type instanceof ArrowType.Bool)
                && !(type instanceof ArrowType.Decimal);
    }

    private Expr lift(Expr expr) {
        return switch (expr) {
            case Expr.Call call
            when call.function() == Function.VWAP -> {
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
        // Rows are counted by something that each has.
        Expr argument = call.arguments().isEmpty()
                ? new Expr.Literal(1L, call.at())
                : call.arguments().getFirst();
        Statistic statistic = statistic(call);
        return new Call(statistic, argument, Types.output(name, result(statistic, type(argument))));
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
            default -> throw new IllegalArgumentException(call.function() + " is no running statistic");
        };
    }

    private static Statistic quantile(Expr.Call call) {
        Interpolation interpolation = call.arguments().size() == 3
                ? Interpolation.valueOf(literal(call, 2).toString().toUpperCase(Locale.ROOT))
                : Interpolation.NEAREST;
        return new Statistic.Quantile(((Number) literal(call, 1)).doubleValue(), interpolation);
    }

    private static Object literal(Expr.Call call, int argument) {
        return ((Expr.Literal) call.arguments().get(argument)).value();
    }

    private Schema inner() {
        return new Schema(calls.values().stream().map(Call::field).toList());
    }

    /**
     * Computes the expressions over the windows of each group.
     *
     * @param fields the outputs' columns, in order
     * @param made takes the columns, whose rows lie group by group
     */
    void apply(
            VectorSchemaRoot table,
            Rolled.Windowed windowed,
            List<Field> fields,
            Made made,
            BufferAllocator allocator,
            Workers workers) {
        var tasks = new ArrayList<Rolled.Task>();
        Map<Expr, Values> evaluated = new LinkedHashMap<>();
        for (Call call : calls.values()) {
            tasks.add(new Rolled.Task(
                    call.statistic(),
                    values(call, table, windowed.rows(), evaluated, workers),
                    0,
                    call.field().getType()));
        }
        List<Cells> cells = Rolled.over(windowed.around(), tasks, windowed.frames(), workers);
        int rows = windowed.around().rowCount();
        var results = new ArrayList<Computed>();
        for (Cells cell : cells) {
            results.add(Computed.of(cell, validity(cell.valid())));
        }
        List<Field> inner = inner().getFields();
        if (outer.values().stream().allMatch(expr -> expr instanceof Expr.Column)) {
            for (Field field : fields) {
                if (outer.get(field.getName()) instanceof Expr.Column call) {
                    results.get(index(inner, call.name())).into(made, field, workers);
                }
            }
            return;
        }
        try (Made columns = Made.with(allocator)) {
            for (int i = 0; i < results.size(); i++) {
                results.get(i).into(columns, inner.get(i), workers);
            }
            try (VectorSchemaRoot calculated = columns.table(rows)) {
                for (Field field : fields) {
                    Expr expr = java.util.Objects.requireNonNull(outer.get(field.getName()));
                    if (expr instanceof Expr.Column call) {
                        results.get(index(inner, call.name())).into(made, field, workers);
                    } else {
                        Values result = evaluate(Expr.bind(expr, inner()).orThrow(), calculated);
                        Computed.of(
                                        new Cells(result.numbers(), result.wholes(), result.valid()),
                                        validity(result.valid()))
                                .into(made, field, workers);
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

    private Values values(
            Call call, VectorSchemaRoot table, Groups groups, Map<Expr, Values> evaluated, Workers workers) {
        if (call.argument() instanceof Expr.Column column) {
            return Rolled.values(Column.of(table.getVector(column.name())), call.statistic(), groups, workers);
        }
        Values cells = evaluated.computeIfAbsent(
                call.argument(), of -> evaluate(Expr.bind(of, input).orThrow(), table));
        boolean[] valid = new boolean[groups.rowCount()];
        for (int at = 0; at < valid.length; at++) {
            valid[at] = cells.valid()[groups.rows()[at]];
        }
        if (cells.isWhole() && call.statistic().keepsWhole()) {
            return Values.of(groups.arranged(cells.wholes()), valid);
        }
        return Values.of(groups.arranged(numbers(cells)), valid);
    }

    private static double[] numbers(Values cells) {
        if (!cells.isWhole()) {
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
        return whole ? Values.of(wholes, valid) : Values.of(numbers, valid);
    }
}
