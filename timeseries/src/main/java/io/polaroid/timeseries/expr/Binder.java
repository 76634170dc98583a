package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.result.NearestName;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Types a tree against a schema, bottom up. */
final class Binder {
    private final Map<String, Integer> indexes = new HashMap<>();
    private final List<Field> fields;

    Binder(Schema schema) {
        this.fields = schema.getFields();
        for (int i = 0; i < fields.size(); i++) {
            indexes.putIfAbsent(fields.get(i).getName(), i);
        }
    }

    Node bind(Expr expr) {
        return switch (expr) {
            case Expr.Literal literal -> literal(literal.value());
            case Expr.Null none -> Node.of(Type.NULL, row -> null);
            case Expr.Column column -> column(column);
            case Expr.Unary unary -> unary(unary);
            case Expr.Binary binary -> binary(binary);
            case Expr.In in -> in(in);
            case Expr.Between between -> between(between);
            case Expr.Case cases -> cases(cases);
            case Expr.Call call -> call(call);
        };
    }

    private static Node literal(Object value) {
        return switch (value) {
            case Long whole -> new Node.Constant(Type.INT, whole);
            case Double number -> new Node.Constant(Type.FLOAT, number);
            case Boolean truth -> Node.of(Type.BOOL, row -> truth);
            default -> new Node.TextConstant(value.toString());
        };
    }

    private Node column(Expr.Column column) {
        @Nullable Integer index = indexes.get(column.name());
        if (index == null) {
            throw Rejected.at(
                    column.at(),
                    ProblemCode.UNKNOWN_COLUMN,
                    "unknown column '" + column.name() + "'" + NearestName.hint(column.name(), indexes.keySet()));
        }
        var arrow = fields.get(index).getType();
        Type type = Type.of(arrow, column.name(), column.at());
        int at = index;
        if (Type.isUnsigned64(arrow)) {
            // What fits in a long compares as one, so that no digit of an identifier is lost.
            return Node.of(type, row -> {
                if (row.isNull(at)) {
                    return null;
                }
                long cell = row.longAt(at);
                return cell >= 0 ? (Object) cell : (Object) row.doubleAt(at);
            });
        }
        return switch (type.kind()) {
            case INT, TIME, DATE, SPAN, CLOCK -> new Node.NumericColumn(type, at);
            case FLOAT ->
                arrow instanceof ArrowType.Decimal
                        ? Node.of(type, row -> row.valueAt(at) instanceof Number n ? (Object) n.doubleValue() : null)
                        : new Node.NumericColumn(type, at);
            case BOOL, TEXT, BINARY, NULL -> Node.of(type, row -> row.valueAt(at));
        };
    }

    private Node unary(Expr.Unary unary) {
        Node operand = bind(unary.operand());
        return switch (unary.operator()) {
            case NEGATE -> Arithmetic.negated(number(operand, unary.operand(), "-"));
            case NOT -> Logic.not(truth(operand, unary.operand(), "NOT"));
            case IS_NULL -> Node.of(Type.BOOL, operand::isNull);
            case IS_NOT_NULL -> Node.of(Type.BOOL, row -> !operand.isNull(row));
        };
    }

    private Node binary(Expr.Binary binary) {
        Node left = bind(binary.left());
        Node right = bind(binary.right());
        String name = binary.operator().sql();
        return switch (binary.operator().family()) {
            case LOGIC -> {
                truth(left, binary.left(), name);
                truth(right, binary.right(), name);
                yield binary.operator() == BinaryOperator.AND ? Logic.and(left, right) : Logic.or(left, right);
            }
            case ARITHMETIC ->
                Arithmetic.of(
                        binary.operator(), number(left, binary.left(), name), number(right, binary.right(), name));
            case COMPARISON -> compared(binary.operator(), left, right, binary.at());
        };
    }

    private Node in(Expr.In in) {
        Node operand = bind(in.operand());
        var options = new ArrayList<Node>();
        for (Expr option : in.options()) {
            options.add(compared(BinaryOperator.EQUAL, operand, bind(option), option.at()));
        }
        return Logic.any(options);
    }

    private Node between(Expr.Between between) {
        Node operand = bind(between.operand());
        Node low = bind(between.low());
        Node high = bind(between.high());
        return Logic.and(
                compared(
                        BinaryOperator.GREATER_OR_EQUAL,
                        operand,
                        low,
                        between.low().at()),
                compared(
                        BinaryOperator.LESS_OR_EQUAL,
                        operand,
                        high,
                        between.high().at()));
    }

    private static Node compared(BinaryOperator operator, Node left, Node right, Place at) {
        return Comparison.of(operator, left, right, at);
    }

    private Node cases(Expr.Case cases) {
        var conditions = new ArrayList<Node>();
        var results = new ArrayList<Node>();
        var places = new ArrayList<Expr>();
        for (Expr.When when : cases.branches()) {
            conditions.add(truth(bind(when.condition()), when.condition(), "WHEN"));
            results.add(bind(when.result()));
            places.add(when.result());
        }
        results.add(bind(cases.otherwise()));
        places.add(cases.otherwise());
        return Logic.cases(common(results, places, "CASE"), conditions, results);
    }

    private Node call(Expr.Call call) {
        if (call.function().role() == Function.Role.AGGREGATE) {
            throw Rejected.at(
                    call.at(),
                    call.function().text() + " is over many rows; this expression is over the cells of one row");
        }
        var arguments = new ArrayList<Node>();
        for (Expr argument : call.arguments()) {
            arguments.add(bind(argument));
        }
        String name = call.function().text();
        return switch (call.function()) {
            case COALESCE -> Calls.coalesce(common(arguments, call.arguments(), name), arguments);
            case LEAST -> Calls.extreme(ordered(arguments, call, name), arguments, -1);
            case GREATEST -> Calls.extreme(ordered(arguments, call, name), arguments, 1);
            case YEAR, QUARTER, MONTH, DAY, WEEKDAY, HOUR, MINUTE, SECOND -> DateParts.of(call, arguments.getFirst());
            case LOWER, UPPER, TRIM, LENGTH, SUBSTR, STARTS_WITH, ENDS_WITH, CONTAINS, REPLACE, CONCAT -> {
                texts(call, arguments, name);
                yield Texts.of(call.function(), arguments);
            }
            default -> {
                for (int i = 0; i < arguments.size(); i++) {
                    number(arguments.get(i), call.arguments().get(i), name);
                }
                yield Calls.numeric(call, arguments);
            }
        };
    }

    /** Texts; after the first argument of substr, whole numbers. */
    private static void texts(Expr.Call call, List<Node> arguments, String name) {
        for (int i = 0; i < arguments.size(); i++) {
            Type.Kind wanted = call.function() == Function.SUBSTR && i > 0 ? Type.Kind.INT : Type.Kind.TEXT;
            Type found = arguments.get(i).shape();
            if (found.kind() != wanted && !found.isNull()) {
                throw Rejected.at(
                        call.arguments().get(i).at(), name + " expected " + wanted.shown() + ", not " + found.shown());
            }
        }
    }

    private static Type ordered(List<Node> arguments, Expr.Call call, String name) {
        Type type = common(arguments, call.arguments(), name);
        if (type.kind() == Type.Kind.BINARY) {
            throw Rejected.at(call.at(), name + " has bytes, which have no order");
        }
        return type;
    }

    /** The one type that all of these can have. */
    private static Type common(List<Node> nodes, List<Expr> places, String what) {
        Type found = Type.NULL;
        for (int i = 0; i < nodes.size(); i++) {
            Type type = nodes.get(i).shape();
            if (found.isNull() || found.equals(type) || found.isNumber() && type.isNumber()) {
                boolean wider = !type.isNull() && found.kind() != Type.Kind.FLOAT;
                found = found.isNull() || wider ? type : found;
            } else if (!type.isNull()) {
                throw Rejected.at(
                        places.get(i).at(),
                        what + " has " + found.shown() + " (" + found.arrow() + ") and " + type.shown() + " ("
                                + type.arrow() + "); expected one type");
            }
        }
        return found;
    }

    private static Node number(Node node, Expr expr, String what) {
        if (!node.shape().isNumber() && !node.shape().isNull()) {
            throw Rejected.at(
                    expr.at(), what + " expected a number, not " + node.shape().shown());
        }
        return node;
    }

    private static Node truth(Node node, Expr expr, String what) {
        if (node.shape().kind() != Type.Kind.BOOL && !node.shape().isNull()) {
            throw Rejected.at(
                    expr.at(), what + " expected a boolean, not " + node.shape().shown());
        }
        return node;
    }
}
