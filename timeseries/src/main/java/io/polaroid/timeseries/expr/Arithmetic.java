package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.row.Row;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Arithmetic nodes. Whole numbers stay whole under + - * %; what does not fit in 64 bits is null. Division is of doubles. */
final class Arithmetic {
    private Arithmetic() {}

    /** An operation on whole numbers that is null where it has no whole result. */
    @FunctionalInterface
    interface LongOperation {
        @Nullable
        Long apply(long left, long right);
    }

    static Node of(BinaryOperator operator, Node left, Node right) {
        boolean whole = operator != BinaryOperator.DIVIDE
                && left.shape().kind() != Type.Kind.FLOAT
                && right.shape().kind() != Type.Kind.FLOAT;
        return whole ? whole(longs(operator), left, right) : floating(doubles(operator), left, right);
    }

    /** The quotient, rounded down. */
    static Node floorDivided(Node left, Node right) {
        return isWhole(left) && isWhole(right)
                ? whole(Arithmetic::floorDiv, left, right)
                : floating((a, b) -> Math.floor(a / b), left, right);
    }

    // Of floats what Polars' own formula gives, to the bit: it is not what IEEE's remainder would be.
    static Node floorRemainder(Node left, Node right) {
        return isWhole(left) && isWhole(right)
                ? whole((a, b) -> b == 0 ? null : (Long) Math.floorMod(a, b), left, right)
                : floating((a, b) -> a - Math.floor(a / b) * b, left, right);
    }

    private static boolean isWhole(Node node) {
        return node.shape().kind() != Type.Kind.FLOAT;
    }

    static Node negated(Node operand) {
        if (operand.shape().kind() == Type.Kind.FLOAT) {
            return floating((zero, value) -> -value, new Node.Constant(Type.FLOAT, 0.0), operand);
        }
        return whole(Arithmetic::minus, new Node.Constant(Type.INT, 0L), operand);
    }

    private static Node whole(LongOperation operation, Node left, Node right) {
        return Node.of(Type.INT, row -> {
            Object a = left.evaluate(row);
            Object b = right.evaluate(row);
            return a instanceof Long x && b instanceof Long y ? operation.apply(x, y) : null;
        });
    }

    private static Node floating(DoubleBinaryOperator operation, Node left, Node right) {
        if (left.isDirect() && right.isDirect()) {
            return new DirectOperation(operation, left, right);
        }
        return Node.of(Type.FLOAT, row -> {
            Object a = left.evaluate(row);
            Object b = right.evaluate(row);
            return a instanceof Number x && b instanceof Number y
                    ? (Object) operation.applyAsDouble(x.doubleValue(), y.doubleValue())
                    : null;
        });
    }

    private static final class DirectOperation extends Node.Direct {
        private final DoubleBinaryOperator operation;
        private final Node left;
        private final Node right;

        DirectOperation(DoubleBinaryOperator operation, Node left, Node right) {
            super(Type.FLOAT);
            this.operation = operation;
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean isNull(Row row) {
            return left.isNull(row) || right.isNull(row);
        }

        @Override
        public double doubleAt(Row row) {
            return operation.applyAsDouble(left.doubleAt(row), right.doubleAt(row));
        }
    }

    private static LongOperation longs(BinaryOperator operator) {
        return switch (operator) {
            case ADD -> Arithmetic::plus;
            case SUBTRACT -> Arithmetic::minus;
            case MULTIPLY -> Arithmetic::times;
            case REMAINDER -> (a, b) -> b == 0 ? null : (Long) (a % b);
            case DIVIDE, OR, AND, EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                throw new IllegalArgumentException(operator + " is no operation on whole numbers");
        };
    }

    private static DoubleBinaryOperator doubles(BinaryOperator operator) {
        return switch (operator) {
            case ADD -> Double::sum;
            case SUBTRACT -> (a, b) -> a - b;
            case MULTIPLY -> (a, b) -> a * b;
            case DIVIDE -> (a, b) -> a / b;
            case REMAINDER -> (a, b) -> a % b;
            case OR, AND, EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                throw new IllegalArgumentException(operator + " is no arithmetic");
        };
    }

    private static @Nullable Long floorDiv(long a, long b) {
        boolean none = b == 0 || a == Long.MIN_VALUE && b == -1;
        return none ? null : (Long) Math.floorDiv(a, b);
    }

    private static @Nullable Long plus(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? null : (Long) sum;
    }

    private static @Nullable Long minus(long a, long b) {
        long difference = a - b;
        return ((a ^ b) & (a ^ difference)) < 0 ? null : (Long) difference;
    }

    private static @Nullable Long times(long a, long b) {
        long product = a * b;
        return Math.multiplyHigh(a, b) == product >> 63 ? (Long) product : null;
    }
}
