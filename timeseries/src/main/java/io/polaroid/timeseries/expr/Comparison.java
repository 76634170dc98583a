package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.row.Row;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Comparison nodes: null where either side is null. */
final class Comparison {
    private Comparison() {}

    static Node of(BinaryOperator operator, Node leftAsWritten, Node rightAsWritten, Place at) {
        Node left = asTimeBeside(rightAsWritten, leftAsWritten, at);
        Node right = asTimeBeside(leftAsWritten, rightAsWritten, at);
        Type a = left.shape();
        Type b = right.shape();
        if (a.isNull() || b.isNull()) {
            return Node.of(Type.BOOL, row -> null);
        }
        boolean comparable = a.isNumber() && b.isNumber()
                || a.kind() == b.kind() && a.kind() != Type.Kind.BINARY
                || isTemporal(a) && isTemporal(b);
        if (!comparable) {
            throw Rejected.at(
                    at, operator.sql() + " compares " + a.shown() + " with " + b.shown() + "; expected one type");
        }
        boolean floating = a.kind() == Type.Kind.FLOAT || b.kind() == Type.Kind.FLOAT;
        if (floating && left.isDirect() && right.isDirect()) {
            return new OfDoubles(operator, left, right);
        }
        Comparator<Object> order = Ordering.between(a, b);
        return Node.of(Type.BOOL, row -> {
            Object x = left.evaluate(row);
            Object y = right.evaluate(row);
            return x == null || y == null ? null : (Object) holds(operator, order.compare(x, y));
        });
    }

    /** A text that stands beside a time is one, as in {@code ts >= '2024-01-01'}. */
    private static Node asTimeBeside(Node other, Node node, Place at) {
        return node instanceof Node.TextConstant text && isTemporal(other.shape())
                ? new Node.Constant(Type.NANOS, TimeText.nanos(text.value(), at))
                : node;
    }

    private static boolean isTemporal(Type type) {
        return type.kind() == Type.Kind.TIME || type.kind() == Type.Kind.DATE;
    }

    private static boolean holds(BinaryOperator operator, int sign) {
        return switch (operator) {
            case EQUAL -> sign == 0;
            case NOT_EQUAL -> sign != 0;
            case LESS -> sign < 0;
            case LESS_OR_EQUAL -> sign <= 0;
            case GREATER -> sign > 0;
            case GREATER_OR_EQUAL -> sign >= 0;
            case OR, AND, ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER ->
                throw new IllegalArgumentException(operator + " is no comparison");
        };
    }

    private static final class OfDoubles extends Node {
        private final BinaryOperator operator;
        private final Node left;
        private final Node right;

        OfDoubles(BinaryOperator operator, Node left, Node right) {
            super(Type.BOOL);
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public @Nullable Object evaluate(Row row) {
            if (left.isNull(row) || right.isNull(row)) {
                return null;
            }
            return holds(operator, Ordering.doubles(left.doubleAt(row), right.doubleAt(row)));
        }
    }
}
