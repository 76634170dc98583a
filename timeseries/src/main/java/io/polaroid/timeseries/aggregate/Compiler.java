package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.expr.BinaryOperator;
import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.expr.Function;
import io.polaroid.timeseries.expr.Place;
import io.polaroid.timeseries.expr.UnaryOperator;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Turns aggregate expressions into a plan: each distinct aggregate call becomes a column of an inner row, over which the rest of
 * the expression is an ordinary scalar expression.
 */
final class Compiler {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType WHOLE = new ArrowType.Int(64, true);

    private final Schema input;
    private final SequencedMap<Expr, CompiledPlan.Argument> arguments = new LinkedHashMap<>();
    private final SequencedMap<Expr.Call, String> calls = new LinkedHashMap<>();
    private final List<Gathering> gatherings = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final List<Field> inner = new ArrayList<>();

    private final boolean moves;

    private Compiler(Schema input, boolean moves) {
        this.input = input;
        this.moves = moves;
    }

    static Result<AggregatePlan> compile(SequencedMap<String, String> outputs, Schema input, int minSamples) {
        return compile(outputs, input, false, minSamples).map(plan -> plan);
    }

    static Result<WindowPlan> compileWindows(SequencedMap<String, String> outputs, Schema input) {
        return compile(outputs, input, true, 1).map(plan -> plan);
    }

    private static Result<CompiledPlan> compile(
            SequencedMap<String, String> outputs, Schema input, boolean moves, int minSamples) {
        if (outputs.isEmpty()) {
            return Result.err(ProblemCode.INVALID_EXPRESSION, "there are no aggregates; name at least one");
        }
        var compiler = new Compiler(input, moves);
        var outer = new LinkedHashMap<String, Expr>();
        for (Map.Entry<String, String> output : outputs.entrySet()) {
            try {
                outer.put(
                        output.getKey(),
                        compiler.lifted(ofEnough(Expr.parse(output.getValue()).orThrow(), minSamples)));
            } catch (PolaroidException problem) {
                return Result.err(problem.problem().with("output", output.getKey()));
            }
        }
        return compiler.finished(outer);
    }

    private Result<CompiledPlan> finished(SequencedMap<String, Expr> outer) {
        Schema row = new Schema(inner);
        var fields = new ArrayList<Field>();
        var results = new ArrayList<BoundExpr>();
        for (Map.Entry<String, Expr> output : outer.entrySet()) {
            switch (Expr.bind(output.getValue(), row)) {
                case Result.Ok<BoundExpr> ok -> {
                    results.add(ok.value());
                    fields.add(new Field(
                            output.getKey(), FieldType.nullable(ok.value().type()), null));
                }
                case Result.Err<BoundExpr> err -> {
                    return Result.err(err.problem().with("output", output.getKey()));
                }
            }
        }
        return Result.ok(new CompiledPlan(fields, List.copyOf(arguments.values()), gatherings, readers, results));
    }

    /** Null where one of the aggregates has fewer values. */
    private static Expr ofEnough(Expr expr, int minSamples) {
        if (minSamples <= 1) {
            return expr;
        }
        var conditions = new ArrayList<Expr>();
        expr.walk(part -> {
            if (part instanceof Expr.Call call
                    && call.function().role() == Function.Role.AGGREGATE
                    && call.function() != Function.COUNT) {
                int values = call.function() == Function.QUANTILE
                        ? 1
                        : call.arguments().size();
                for (Expr of : call.arguments().subList(0, values)) {
                    Expr count = new Expr.Call(Function.COUNT, List.of(of), call.at());
                    Expr least = new Expr.Literal((long) minSamples, call.at());
                    conditions.add(new Expr.Binary(BinaryOperator.GREATER_OR_EQUAL, count, least, call.at()));
                }
            }
        });
        return conditions.stream()
                .reduce((a, b) -> new Expr.Binary(BinaryOperator.AND, a, b, expr.at()))
                .<Expr>map(enough ->
                        new Expr.Case(List.of(new Expr.When(enough, expr)), new Expr.Null(expr.at()), expr.at()))
                .orElse(expr);
    }

    /** The expression with each aggregate call replaced by a column of the inner row. */
    private Expr lifted(Expr expr) {
        return switch (expr) {
            case Expr.Call call when call.function() == Function.VWAP -> lifted(vwap(call));
            case Expr.Call call
            when moves && call.function().needsRows() && !isQuantile(call) ->
                throw invalid(call.at(), call.function().text() + " does not move on with a window");
            case Expr.Call call
            when call.function().role() == Function.Role.AGGREGATE -> new Expr.Column(name(call), call.at());
            case Expr.Column column ->
                throw invalid(
                        column.at(),
                        "column '" + column.name() + "' stands outside of an aggregate; write for example last("
                                + column.name() + ")");
            default -> expr.withChildren(this::lifted);
        };
    }

    private static boolean isQuantile(Expr.Call call) {
        return call.function() == Function.MEDIAN || call.function() == Function.QUANTILE;
    }

    static Expr vwap(Expr.Call call) {
        Expr price = call.arguments().getFirst();
        Expr size = call.arguments().getLast();
        Expr value = new Expr.Binary(BinaryOperator.MULTIPLY, price, size, call.at());
        return new Expr.Binary(BinaryOperator.DIVIDE, sum(value, call.at()), sum(size, call.at()), call.at());
    }

    private static Expr sum(Expr of, Place at) {
        return new Expr.Call(Function.SUM, List.of(of), at);
    }

    private String name(Expr.Call written) {
        Expr.Call call = numbered(written);
        String known = calls.get(call);
        if (known != null) {
            return known;
        }
        // SQL has one name for all kinds of quantiles, and for the first value and the first row.
        String name =
                call.function().needsRows() ? call.function() + call.arguments().toString() : call.toSql();
        readers.add(call.arguments().isEmpty() ? rows() : reader(call, name));
        calls.put(call, name);
        return name;
    }

    /** The same call with 1 and 0 in the place of true and false, where it calculates. */
    private Expr.Call numbered(Expr.Call call) {
        boolean calculates = switch (call.function()) {
            case SUM, MEAN, STD, VAR, MEDIAN -> true;
            default -> false;
        };
        Expr of = calculates ? call.arguments().getFirst() : new Expr.Null(call.at());
        boolean truth = !of.hasAggregate() && Expr.bind(of, input).orThrow().type() instanceof ArrowType.Bool;
        if (!truth) {
            return call;
        }
        Expr no = new Expr.Unary(UnaryOperator.NOT, of, of.at());
        var branches = List.of(
                new Expr.When(of, new Expr.Literal(1L, of.at())), new Expr.When(no, new Expr.Literal(0L, of.at())));
        return new Expr.Call(
                call.function(), List.of(new Expr.Case(branches, new Expr.Null(of.at()), of.at())), call.at());
    }

    private Reader rows() {
        inner.add(Field.nullable("count(*)", WHOLE));
        // A value that no row lacks: counting it counts rows.
        return new Reader.Held(argument(new Expr.Literal(1L, Place.NONE)).count(), null);
    }

    private Reader reader(Expr.Call call, String name) {
        Expr of = call.arguments().getFirst();
        of.walk(part -> {
            if (part instanceof Expr.Call nested && nested.function().role() == Function.Role.AGGREGATE) {
                throw invalid(
                        nested.at(),
                        nested.function().text() + " stands inside of "
                                + call.function().text());
            }
        });
        if (call.function().needsRows() && !moves) {
            return gathered(call, name);
        }
        CompiledPlan.Argument argument = argument(of);
        check(call, argument.type());
        ArrowType type = switch (call.function()) {
            case COUNT -> WHOLE;
            case SUM, MIN, MAX, FIRST, LAST -> argument.type();
            default -> FLOAT;
        };
        inner.add(Field.nullable(name, type));
        if (isQuantile(call)) {
            Kernel.Calls wanted = Lifter.quantile(call);
            return argument.quantile(wanted.quantile(), wanted.between());
        }
        return argument.reader(call.function());
    }

    private Reader gathered(Expr.Call call, String name) {
        boolean twoColumns = call.function() == Function.CORR || call.function() == Function.COV;
        var bound = new ArrayList<BoundExpr>();
        for (Expr of : call.arguments().subList(0, twoColumns ? 2 : 1)) {
            bound.add(Expr.bind(of, input).orThrow());
        }
        ArrowType type = bound.getFirst().type();
        switch (call.function()) {
            case N_UNIQUE -> type = WHOLE;
            case FIRST_VALUE, LAST_VALUE -> {}
            default -> {
                bound.forEach(one -> check(call, one.type()));
                type = FLOAT;
            }
        }
        inner.add(Field.nullable(name, type));
        var gathering =
                Gathering.of(isQuantile(call) ? Lifter.quantile(call) : Kernel.Calls.of(call.function()), bound);
        gatherings.add(gathering);
        return state -> gathering.value();
    }

    private CompiledPlan.Argument argument(Expr of) {
        CompiledPlan.Argument known = arguments.get(of);
        if (known == null) {
            known = new CompiledPlan.Argument(Expr.bind(of, input).orThrow());
            arguments.put(of, known);
        }
        return known;
    }

    private static void check(Expr.Call call, ArrowType type) {
        boolean fits = switch (call.function()) {
            case COUNT -> true;
            case MIN, MAX, FIRST, LAST ->
                isNumber(type)
                        || type instanceof ArrowType.Timestamp
                        || type instanceof ArrowType.Date
                        || type instanceof ArrowType.Bool;
            default -> isNumber(type);
        };
        if (!fits) {
            Expr of = call.arguments().getFirst();
            throw invalid(of.at(), call.function().text() + " does not take " + type + "; it takes numbers");
        }
    }

    private static boolean isNumber(ArrowType type) {
        return type.equals(FLOAT) || type.equals(WHOLE);
    }

    static PolaroidException invalid(Place at, String detail) {
        Problem problem = Problem.of(ProblemCode.INVALID_EXPRESSION, detail + " (at " + at + ")");
        return new PolaroidException(
                at.offset() < 0 ? problem : problem.with("position", Integer.toString(at.offset() + 1)));
    }
}
