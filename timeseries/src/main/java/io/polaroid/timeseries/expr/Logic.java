package io.polaroid.timeseries.expr;

import java.util.List;

/** Nodes of SQL's three-valued logic: true, false, and null for unknown. */
final class Logic {
    private Logic() {}

    static Node not(Node operand) {
        return Node.of(Type.BOOL, row -> operand.evaluate(row) instanceof Boolean truth ? (Object) !truth : null);
    }

    static Node and(Node left, Node right) {
        return decidedBy(Boolean.FALSE, List.of(left, right));
    }

    static Node or(Node left, Node right) {
        return decidedBy(Boolean.TRUE, List.of(left, right));
    }

    static Node any(List<Node> operands) {
        return decidedBy(Boolean.TRUE, operands);
    }

    /** {@code decisive} if any operand is, else null if any is null, else the opposite. */
    private static Node decidedBy(Boolean decisive, List<Node> operands) {
        Node[] nodes = operands.toArray(Node[]::new);
        return Node.of(Type.BOOL, row -> {
            boolean unknown = false;
            for (Node node : nodes) {
                Object value = node.evaluate(row);
                if (decisive.equals(value)) {
                    return decisive;
                }
                unknown |= value == null;
            }
            return unknown ? null : (Object) !decisive;
        });
    }

    static Node cases(Type type, List<Node> conditions, List<Node> results) {
        return Node.of(type, row -> {
            int branch = 0;
            while (branch < conditions.size()
                    && !Boolean.TRUE.equals(conditions.get(branch).evaluate(row))) {
                branch++;
            }
            return Calls.widened(type, results.get(branch).evaluate(row));
        });
    }
}
