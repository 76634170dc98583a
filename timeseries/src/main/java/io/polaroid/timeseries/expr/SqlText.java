package io.polaroid.timeseries.expr;

import java.util.List;
import java.util.stream.Collectors;

/** Writes a tree as DuckDB SQL that nothing in the tree can break out of. */
final class SqlText {
    private SqlText() {}

    static String of(Expr expr) {
        return switch (expr) {
            case Expr.Literal literal -> literal(literal.value());
            case Expr.Null none -> "NULL";
            case Expr.Column column -> quoted(column.name());
            case Expr.Unary unary -> unary(unary);
            case Expr.Binary binary -> binary(binary);
            case Expr.In in -> "(" + of(in.operand()) + " IN (" + list(in.options()) + "))";
            case Expr.Between between ->
                "(" + of(between.operand()) + " BETWEEN " + of(between.low()) + " AND " + of(between.high()) + ")";
            case Expr.Case cases -> cases(cases);
            case Expr.Call call -> call(call);
        };
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String literal(Object value) {
        return switch (value) {
            case Long whole -> "CAST(" + whole + " AS BIGINT)";
            case Double number -> number(number);
            case Boolean truth -> truth ? "TRUE" : "FALSE";
            default -> "'" + value.toString().replace("'", "''") + "'";
        };
    }

    // A number with an exponent is a DOUBLE to DuckDB; without, it would be a DECIMAL with other arithmetic.
    private static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "CAST('" + value + "' AS DOUBLE)";
        }
        String text = Double.toString(value);
        return "(" + (text.contains("E") ? text : text + "E0") + ")";
    }

    private static String binary(Expr.Binary binary) {
        String text = "(" + of(binary.left()) + " " + binary.operator().sql() + " " + of(binary.right()) + ")";
        return binary.operator().family() == BinaryOperator.Family.ARITHMETIC ? total(binary, text) : text;
    }

    // What does not fit, and x % 0, is null to us and an error to DuckDB. It refuses TRY over aggregates.
    private static String total(Expr expr, String text) {
        return mayBeWhole(expr) && !expr.hasAggregate()
                ? "TRY" + (text.startsWith("(") ? text : "(" + text + ")")
                : text;
    }

    private static boolean mayBeWhole(Expr expr) {
        return switch (expr) {
            case Expr.Literal literal -> literal.value() instanceof Long;
            case Expr.Unary unary -> mayBeWhole(unary.operand());
            case Expr.Binary binary ->
                binary.operator() != BinaryOperator.DIVIDE && mayBeWhole(binary.left()) && mayBeWhole(binary.right());
            case Expr.Call call ->
                switch (call.function()) {
                    case SQRT, LN, EXP, MEAN, STD, VAR, VWAP, MEDIAN, QUANTILE, CORR, COV -> false;
                    case IS_NAN, LOWER, UPPER, TRIM, SUBSTR, STARTS_WITH, ENDS_WITH, CONTAINS, REPLACE, CONCAT -> false;
                    case LENGTH, YEAR, QUARTER, MONTH, DAY, WEEKDAY, HOUR, MINUTE, SECOND -> true;
                    case ROUND, ABS, FLOOR, CEIL -> mayBeWhole(call.arguments().getFirst());
                    default -> call.arguments().stream().allMatch(SqlText::mayBeWhole);
                };
            case Expr.Case cases ->
                mayBeWhole(cases.otherwise()) && cases.branches().stream().allMatch(when -> mayBeWhole(when.result()));
            case Expr.Column column -> true;
            case Expr.Null none -> true;
            case Expr.In in -> false;
            case Expr.Between between -> false;
        };
    }

    private static String unary(Expr.Unary unary) {
        String operand = of(unary.operand());
        return switch (unary.operator()) {
            case NEGATE -> total(unary, "(- " + operand + ")");
            case NOT -> "(NOT " + operand + ")";
            case IS_NULL -> "(" + operand + " IS NULL)";
            case IS_NOT_NULL -> "(" + operand + " IS NOT NULL)";
        };
    }

    private static String cases(Expr.Case cases) {
        return cases.branches().stream()
                .map(when -> "WHEN " + of(when.condition()) + " THEN " + of(when.result()))
                .collect(Collectors.joining(" ", "(CASE ", " ELSE " + of(cases.otherwise()) + " END)"));
    }

    private static String call(Expr.Call call) {
        if (call.function() == Function.VWAP) {
            String price = of(call.arguments().getFirst());
            String size = of(call.arguments().getLast());
            return "(" + sum(price + " * " + size) + " / " + sum(size) + ")";
        }
        if (call.function() == Function.ROUND && call.arguments().size() == 2) {
            // DuckDB takes digits as an INTEGER only.
            return "round(" + of(call.arguments().getFirst()) + ", CAST("
                    + of(call.arguments().getLast()) + " AS INTEGER))";
        }
        String arguments = call.arguments().isEmpty() ? "*" : list(call.arguments());
        if (call.function() == Function.SUM) {
            return sum(arguments);
        }
        if (call.function() == Function.QUANTILE) {
            return quantile(call);
        }
        if (call.function() == Function.N_UNIQUE) {
            return "(count(DISTINCT " + arguments + ") + CAST(count(*) > count(" + arguments + ") AS BIGINT))";
        }
        if (call.function() == Function.FLOOR_DIV || call.function() == Function.FLOOR_MOD) {
            return floored(call);
        }
        if (call.function() == Function.TRIM) {
            return "trim(" + arguments + ", ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13))";
        }
        if (call.function() == Function.CONCAT) {
            return call.arguments().stream().map(SqlText::of).collect(Collectors.joining(" || ", "(", ")"));
        }
        String text = call.function().sql() + "(" + arguments + ")";
        return call.function() == Function.ABS ? total(call, text) : text;
    }

    private static String floored(Expr.Call call) {
        String a = of(call.arguments().getFirst());
        String b = of(call.arguments().getLast());
        boolean whole = call.arguments().stream().allMatch(SqlText::mayBeWhole);
        if (call.function() == Function.FLOOR_DIV) {
            String remainder = "(((" + a + " % " + b + ") + " + b + ") % " + b + ")";
            return whole ? "TRY((" + a + " - " + remainder + ") // " + b + ")" : "floor(" + a + " / " + b + ")";
        }
        return whole
                ? "TRY(((" + a + " % " + b + ") + " + b + ") % " + b + ")"
                : "(" + a + " - floor(" + a + " / " + b + ") * " + b + ")";
    }

    private static String quantile(Expr.Call call) {
        String of = of(call.arguments().getFirst());
        String place = "(count(" + of + ") - 1) * " + of(call.arguments().get(1));
        String between = call.arguments().size() == 3 && call.arguments().get(2) instanceof Expr.Literal literal
                ? literal.value().toString()
                : "nearest";
        return switch (between) {
            case "lower" -> ranked(of, "floor(" + place + ")");
            case "higher" -> ranked(of, "ceil(" + place + ")");
            case "midpoint" ->
                "((" + ranked(of, "floor(" + place + ")") + " + " + ranked(of, "ceil(" + place + ")") + ") / 2)";
            case "linear" -> "quantile_cont(" + of + ", " + of(call.arguments().get(1)) + ")";
            case "equiprobable" ->
                ranked(
                        of,
                        "greatest(ceil(count(" + of + ") * "
                                + of(call.arguments().get(1)) + ") - 1, 0)");
            default -> ranked(of, "floor(" + place + " + 0.5)");
        };
    }

    private static String ranked(String of, String place) {
        return "list_extract(list_sort(list(CAST(" + of + " AS DOUBLE)) FILTER (" + of + " IS NOT NULL)), CAST(" + place
                + " AS BIGINT) + 1)";
    }

    // Of nothing it is 0 to us, as to Polars, and null to DuckDB.
    private static String sum(String of) {
        return "coalesce(sum(" + of + "), 0)";
    }

    private static String list(List<Expr> expressions) {
        return expressions.stream().map(SqlText::of).collect(Collectors.joining(", "));
    }
}
