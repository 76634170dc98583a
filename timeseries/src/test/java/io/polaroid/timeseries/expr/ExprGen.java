package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Random well-typed expressions over a table with two columns of each type, and random rows of it. */
final class ExprGen {
    static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    static final ArrowType WHOLE = new ArrowType.Int(64, true);

    /** The table; names that need quotes are part of it. */
    static final Schema TABLE = new Schema(List.of(
            Field.nullable("i", WHOLE),
            Field.nullable("j k", WHOLE),
            Field.nullable("x", FLOAT),
            Field.nullable("y\"z", FLOAT),
            Field.nullable("s", ArrowType.Utf8.INSTANCE),
            Field.nullable("Select", ArrowType.Utf8.INSTANCE),
            Field.nullable("b", ArrowType.Bool.INSTANCE),
            Field.nullable("from", ArrowType.Bool.INSTANCE)));

    private final Gen gen;

    ExprGen(Gen gen) {
        this.gen = gen;
    }

    ArrayRow row() {
        return ArrayRow.of(whole(), whole(), number(), number(), text(), text(), truth(), truth());
    }

    private Object whole() {
        return gen.oneIn(5) ? null : (Object) gen.between(-4, 4);
    }

    private Object number() {
        return switch (gen.below(8)) {
            case 0 -> null;
            case 1 -> gen.pick(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0.0);
            case 2 -> (gen.between(-20, 20)) / 2.0;
            default -> (gen.unit() - 0.5) * Math.pow(10, gen.between(-3, 6));
        };
    }

    private Object text() {
        return gen.oneIn(5) ? null : gen.pick("", "a", "b", "B", "it's", "é", "\uE000", "\uD83D\uDE00", "a%");
    }

    private Object truth() {
        return gen.oneIn(4) ? null : (Object) gen.oneIn(2);
    }

    Expr any(int depth) {
        return switch (gen.below(4)) {
            case 0 -> wholeExpr(depth);
            case 1 -> numberExpr(depth);
            case 2 -> textExpr(depth);
            default -> truthExpr(depth);
        };
    }

    Expr wholeExpr(int depth) {
        if (depth == 0) {
            return gen.oneIn(3) ? literal(gen.between(-3, 3)) : column(gen.pick("i", "j k"));
        }
        return switch (gen.below(9)) {
            case 0 -> unary(UnaryOperator.NEGATE, wholeExpr(depth - 1));
            case 1 -> call(Function.ABS, wholeExpr(depth - 1));
            case 2 -> call(Function.COALESCE, wholeExpr(depth - 1), wholeExpr(depth - 1));
            case 3 -> call(gen.pick(Function.LEAST, Function.GREATEST), wholeExpr(depth - 1), wholeExpr(depth - 1));
            case 4 -> cases(wholeExpr(depth - 1), wholeExpr(depth - 1), depth);
            case 5 -> call(Function.ROUND, wholeExpr(depth - 1));
            default ->
                binary(
                        gen.pick(
                                BinaryOperator.ADD,
                                BinaryOperator.SUBTRACT,
                                BinaryOperator.MULTIPLY,
                                BinaryOperator.REMAINDER),
                        wholeExpr(depth - 1),
                        wholeExpr(depth - 1));
        };
    }

    Expr numberExpr(int depth) {
        if (depth == 0) {
            return gen.oneIn(4) ? literal(gen.pick(0.0, 1.5, -2.5, 0.1, 1e-7, 1e20)) : column(gen.pick("x", "y\"z"));
        }
        return switch (gen.below(11)) {
            case 0 -> unary(UnaryOperator.NEGATE, numberExpr(depth - 1));
            case 1 -> call(Function.ABS, numberExpr(depth - 1));
            case 2 -> call(Function.SQRT, call(Function.ABS, numberExpr(depth - 1)));
            case 3 -> call(Function.COALESCE, numeric(depth - 1), numberExpr(depth - 1));
            case 4 -> call(gen.pick(Function.LEAST, Function.GREATEST), numberExpr(depth - 1), numeric(depth - 1));
            case 5 -> cases(numberExpr(depth - 1), numeric(depth - 1), depth);
            case 6 -> call(Function.ROUND, numberExpr(depth - 1));
            case 7 -> binary(BinaryOperator.DIVIDE, numeric(depth - 1), numeric(depth - 1));
            default ->
                binary(
                        gen.pick(
                                BinaryOperator.ADD,
                                BinaryOperator.SUBTRACT,
                                BinaryOperator.MULTIPLY,
                                BinaryOperator.REMAINDER),
                        numberExpr(depth - 1),
                        numeric(depth - 1));
        };
    }

    private Expr numeric(int depth) {
        return gen.oneIn(3) ? wholeExpr(depth) : numberExpr(depth);
    }

    Expr textExpr(int depth) {
        if (depth == 0) {
            return gen.oneIn(3)
                    ? literal(gen.pick("", "a", "it's", "\uE000", "'; drop table t --"))
                    : column(gen.pick("s", "Select"));
        }
        return switch (gen.below(3)) {
            case 0 -> call(Function.COALESCE, textExpr(depth - 1), textExpr(depth - 1));
            case 1 -> call(gen.pick(Function.LEAST, Function.GREATEST), textExpr(depth - 1), textExpr(depth - 1));
            default -> cases(textExpr(depth - 1), textExpr(depth - 1), depth);
        };
    }

    Expr truthExpr(int depth) {
        if (depth == 0) {
            return gen.oneIn(4)
                    ? gen.pick(literal(true), literal(false), new Expr.Null(Place.NONE))
                    : column(gen.pick("b", "from"));
        }
        return switch (gen.below(8)) {
            case 0 -> unary(UnaryOperator.NOT, truthExpr(depth - 1));
            case 1 -> unary(gen.pick(UnaryOperator.IS_NULL, UnaryOperator.IS_NOT_NULL), any(depth - 1));
            case 2 ->
                binary(gen.pick(BinaryOperator.AND, BinaryOperator.OR), truthExpr(depth - 1), truthExpr(depth - 1));
            case 3 -> new Expr.In(numeric(depth - 1), List.of(numeric(depth - 1), numeric(depth - 1)), Place.NONE);
            case 4 -> new Expr.Between(numeric(depth - 1), numeric(depth - 1), numeric(depth - 1), Place.NONE);
            case 5 -> binary(comparison(), textExpr(depth - 1), textExpr(depth - 1));
            case 6 -> binary(comparison(), truthExpr(depth - 1), truthExpr(depth - 1));
            default -> binary(comparison(), numeric(depth - 1), numeric(depth - 1));
        };
    }

    private BinaryOperator comparison() {
        var all = new ArrayList<BinaryOperator>();
        for (BinaryOperator operator : BinaryOperator.values()) {
            if (operator.family() == BinaryOperator.Family.COMPARISON) {
                all.add(operator);
            }
        }
        return gen.pick(all);
    }

    private Expr cases(Expr then, Expr otherwise, int depth) {
        return new Expr.Case(List.of(new Expr.When(truthExpr(depth - 1), then)), otherwise, Place.NONE);
    }

    static Expr literal(Object value) {
        return new Expr.Literal(value, Place.NONE);
    }

    static Expr column(String name) {
        return new Expr.Column(name, Place.NONE);
    }

    static Expr unary(UnaryOperator operator, Expr operand) {
        return new Expr.Unary(operator, operand, Place.NONE);
    }

    static Expr binary(BinaryOperator operator, Expr left, Expr right) {
        return new Expr.Binary(operator, left, right, Place.NONE);
    }

    static Expr call(Function function, Expr... arguments) {
        return new Expr.Call(function, List.of(arguments), Place.NONE);
    }
}
