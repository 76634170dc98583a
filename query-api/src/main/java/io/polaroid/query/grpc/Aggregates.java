package io.polaroid.query.grpc;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.Aggregation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Aggregations as expressions by the name of their result. */
final class Aggregates {
    private static final Map<String, String> BY_NAME = Map.ofEntries(
            Map.entry("first", "first_value"),
            Map.entry("last", "last_value"),
            Map.entry("min", "min"),
            Map.entry("max", "max"),
            Map.entry("sum", "sum"),
            Map.entry("mean", "mean"),
            Map.entry("count", "count"),
            Map.entry("median", "median"),
            Map.entry("n_unique", "n_unique"));

    private Aggregates() {}

    /** All of them; {@code INVALID_ARGUMENT} for an unknown function, or two of one name. */
    static Result<SequencedMap<String, String>> of(List<Aggregation> aggregations) {
        var made = new LinkedHashMap<String, String>();
        for (var aggregation : aggregations) {
            switch (of(aggregation)) {
                case Result.Err<SequencedMap<String, String>>(var problem) -> {
                    return Result.err(problem);
                }
                case Result.Ok<SequencedMap<String, String>>(var some) -> {
                    for (var one : some.entrySet()) {
                        if (made.put(one.getKey(), one.getValue()) != null) {
                            return Result.err(
                                    ProblemCode.INVALID_PLAN, "two aggregations have the name " + one.getKey());
                        }
                    }
                }
            }
        }
        return Result.ok(made);
    }

    private static Result<SequencedMap<String, String>> of(Aggregation aggregation) {
        if (!aggregation.getExpression().isEmpty()) {
            return aggregation.getName().isEmpty()
                    ? Result.err(
                            ProblemCode.INVALID_ARGUMENT,
                            "the aggregation " + aggregation.getExpression() + " needs a name")
                    : Result.ok(one(aggregation.getName(), aggregation.getExpression()));
        }
        if (aggregation.getFunction().equals("ohlcv")) {
            return Result.ok(ohlcv(aggregation));
        }
        var column = aggregation.getColumn();
        var name = aggregation.getName().isEmpty()
                ? column.isEmpty() ? aggregation.getFunction() : column + "_" + aggregation.getFunction()
                : aggregation.getName();
        return text(aggregation, quoted(column)).map(text -> one(name, text));
    }

    private static SequencedMap<String, String> one(String name, String text) {
        var one = new LinkedHashMap<String, String>();
        one.put(name, text);
        return one;
    }

    private static Result<String> text(Aggregation aggregation, String x) {
        var function = aggregation.getFunction();
        return switch (function) {
            case "len" -> Result.ok("count(*)");
            case "std", "var" -> Result.ok(moment(function, x, aggregation.hasDdof() ? aggregation.getDdof() : 1));
            case "quantile" ->
                Result.ok("quantile(" + x + ", "
                        + (aggregation.hasQuantile() ? aggregation.getQuantile() : 0.5) + ", '"
                        + interpolation(aggregation).replace("'", "''") + "')");
            case "corr", "cov" -> Result.ok(function + "(" + x + ", " + quoted(aggregation.getOther()) + ")");
            default ->
                BY_NAME.containsKey(function)
                        ? Result.ok(BY_NAME.get(function) + "(" + x + ")")
                        : Result.err(
                                ProblemCode.INVALID_ARGUMENT,
                                "there is no aggregate function " + function
                                        + "; there are first, last, min, max, sum, mean, count, len, std, var, median,"
                                        + " quantile, n_unique, corr, cov and ohlcv");
        };
    }

    static String interpolation(Aggregation aggregation) {
        return aggregation.getInterpolation().isEmpty() ? "nearest" : aggregation.getInterpolation();
    }

    /** The grammar has sample moments: n - 1 is taken out of them, n - ddof put in. Of one value there is none to start from. */
    private static String moment(String function, String x, int ddof) {
        if (ddof == 1) {
            return function + "(" + x + ")";
        }
        var n = "count(" + x + ")";
        var variance = "(CASE WHEN " + n + " = 1 THEN sum(" + x + ") * 0.0 ELSE var(" + x + ") * (" + n + " - 1) / ("
                + n + " - " + ddof + ") END)";
        return "CASE WHEN " + n + " > " + ddof + " THEN "
                + (function.equals("std") ? "sqrt(" + variance + ")" : variance) + " END";
    }

    private static SequencedMap<String, String> ohlcv(Aggregation aggregation) {
        var price = quoted(aggregation.getColumn());
        var made = new LinkedHashMap<String, String>();
        made.put("open", "first_value(" + price + ")");
        made.put("high", "max(" + price + ")");
        made.put("low", "min(" + price + ")");
        made.put("close", "last_value(" + price + ")");
        if (!aggregation.getSize().isEmpty()) {
            var size = quoted(aggregation.getSize());
            made.put("volume", "sum(" + size + ")");
            made.put("count", "count(" + price + ")");
            made.put("vwap", "vwap(" + price + ", " + size + ")");
        }
        return made;
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
