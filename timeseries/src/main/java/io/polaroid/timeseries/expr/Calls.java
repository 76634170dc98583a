package io.polaroid.timeseries.expr;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Nodes of scalar functions. */
final class Calls {
    private static final int MOST_DIGITS = 308;

    private Calls() {}

    /** A value as the type that its expression shares with others. */
    static @Nullable Object widened(Type type, @Nullable Object value) {
        return type.kind() == Type.Kind.FLOAT && value instanceof Long whole ? (Object) whole.doubleValue() : value;
    }

    static Node coalesce(Type type, List<Node> arguments) {
        return Node.of(type, row -> {
            for (Node argument : arguments) {
                Object value = argument.evaluate(row);
                if (value != null) {
                    return widened(type, value);
                }
            }
            return null;
        });
    }

    /** The greatest argument for sign 1, the least for -1. */
    static Node extreme(Type type, List<Node> arguments, int sign) {
        if (type.isNull()) {
            return Node.of(type, row -> null);
        }
        Comparator<Object> order = Ordering.between(type, type);
        return Node.of(type, row -> {
            Object best = null;
            for (Node argument : arguments) {
                Object value = widened(type, argument.evaluate(row));
                if (value != null && (best == null || sign * order.compare(value, best) > 0)) {
                    best = value;
                }
            }
            return best;
        });
    }

    static Node numeric(Expr.Call call, List<Node> arguments) {
        Node first = arguments.getFirst();
        return switch (call.function()) {
            case ABS -> whole(first) ? absolute(first) : floating(first, Math::abs);
            case SQRT -> floating(first, Math::sqrt);
            case LN -> floating(first, Math::log);
            case EXP -> floating(first, Math::exp);
            case FLOOR -> whole(first) ? first : floating(first, Math::floor);
            case CEIL -> whole(first) ? first : floating(first, Math::ceil);
            case IS_NAN ->
                Node.of(
                        Type.BOOL,
                        row -> first.evaluate(row) instanceof Number value
                                ? (Object) Double.isNaN(value.doubleValue())
                                : null);
            case FLOOR_DIV -> Arithmetic.floorDivided(first, arguments.getLast());
            case FLOOR_MOD -> Arithmetic.floorRemainder(first, arguments.getLast());
            case ROUND -> rounded(call, first);
            default -> throw new IllegalArgumentException(call.function() + " is not a function of numbers");
        };
    }

    private static boolean whole(Node node) {
        return node.shape().kind() != Type.Kind.FLOAT;
    }

    private static Node absolute(Node operand) {
        return Node.of(
                Type.INT,
                row -> operand.evaluate(row) instanceof Long value && value != Long.MIN_VALUE
                        ? (Object) Math.abs(value)
                        : null);
    }

    private static Node floating(Node operand, DoubleUnaryOperator function) {
        return Node.of(
                Type.FLOAT,
                row -> operand.evaluate(row) instanceof Number value
                        ? (Object) function.applyAsDouble(value.doubleValue())
                        : null);
    }

    private static Node rounded(Expr.Call call, Node operand) {
        int digits = 0;
        if (call.arguments().size() == 2) {
            Expr second = call.arguments().getLast();
            if (!(second instanceof Expr.Literal literal
                    && literal.value() instanceof Long count
                    && Math.abs(count) <= MOST_DIGITS)) {
                throw Rejected.at(
                        second.at(),
                        "the digits of round are a whole number from -" + MOST_DIGITS + " to " + MOST_DIGITS);
            }
            digits = count.intValue();
        }
        int places = digits;
        if (whole(operand)) {
            return places >= 0 ? operand : Node.of(Type.INT, row -> round(operand.evaluate(row), -places));
        }
        return floating(operand, value -> round(value, places));
    }

    private static @Nullable Object round(@Nullable Object value, int zeros) {
        if (!(value instanceof Long whole)) {
            return null;
        }
        var step = BigDecimal.ONE.scaleByPowerOfTen(zeros);
        var rounded =
                BigDecimal.valueOf(whole).divide(step, 0, RoundingMode.HALF_UP).multiply(step);
        return rounded.toBigInteger().bitLength() < 64 ? (Object) rounded.longValue() : null;
    }

    static double round(double value, int digits) {
        double power = Math.pow(10, Math.abs(digits));
        double rounded = digits < 0 ? half(value / power) * power : half(value * power) / power;
        return Double.isFinite(rounded) ? rounded : value;
    }

    // Math.round goes up at halves and Math.rint to even; SQL goes away from zero.
    private static double half(double value) {
        double size = Math.abs(value);
        double floor = Math.floor(size);
        return Math.copySign(size - floor >= 0.5 ? floor + 1 : floor, value);
    }
}
