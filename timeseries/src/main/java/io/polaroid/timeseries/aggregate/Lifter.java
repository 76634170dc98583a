package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.expr.Function;
import io.polaroid.timeseries.expr.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.vector.types.pojo.Schema;

/** Takes the aggregate calls out of expressions: in each place stays a column by the call's text. */
final class Lifter {
    private final Schema input;
    private final SequencedMap<Expr.Call, Integer> indexes = new LinkedHashMap<>();
    private final List<TableCall> calls = new ArrayList<>();

    Lifter(Schema input) {
        this.input = input;
    }

    /** The calls found so far, each once. */
    List<TableCall> calls() {
        return calls;
    }

    /** The call that an expression is after lifting, if it is nothing else; else -1. */
    int index(Expr lifted) {
        if (lifted instanceof Expr.Column column) {
            for (int i = 0; i < calls.size(); i++) {
                if (calls.get(i).name().equals(column.name())) {
                    return i;
                }
            }
        }
        return -1;
    }

    Expr lifted(Expr expr) {
        return switch (expr) {
            case Expr.Call call when call.function() == Function.VWAP -> lifted(Compiler.vwap(call));
            case Expr.Call call
            when call.function().role() == Function.Role.AGGREGATE -> new Expr.Column(name(call), call.at());
            case Expr.Column column ->
                throw Compiler.invalid(
                        column.at(),
                        "column '" + column.name() + "' stands outside of an aggregate; write for example last("
                                + column.name() + ")");
            default -> expr.withChildren(this::lifted);
        };
    }

    private String name(Expr.Call call) {
        Integer known = indexes.get(call);
        if (known == null) {
            known = calls.size();
            calls.add(of(call));
            indexes.put(call, known);
        }
        return calls.get(known).name();
    }

    private TableCall of(Expr.Call call) {
        String name = "#" + calls.size();
        if (call.arguments().isEmpty()) {
            Argument one = Argument.of(new Expr.Literal(1L, Place.NONE), input);
            return TableCall.of(one, TableCall.Family.ROWS, Kernel.Calls.of(Function.COUNT), name);
        }
        Argument argument = argument(call, 0);
        if (call.function() == Function.CORR || call.function() == Function.COV) {
            return TableCall.ofPair(argument, argument(call, 1), Kernel.Calls.of(call.function()), name);
        }
        Kernel.Calls wanted = call.function() == Function.QUANTILE ? quantile(call) : Kernel.Calls.of(call.function());
        return TableCall.of(argument, TableCall.family(call.function(), argument), wanted, name);
    }

    private Argument argument(Expr.Call call, int place) {
        Expr of = call.arguments().get(place);
        of.walk(part -> {
            if (part instanceof Expr.Call nested && nested.function().role() == Function.Role.AGGREGATE) {
                throw Compiler.invalid(
                        nested.at(),
                        nested.function().text() + " stands inside of "
                                + call.function().text());
            }
        });
        Argument argument = Argument.of(of, input);
        check(call, of, argument);
        return argument;
    }

    private static void check(Expr.Call call, Expr of, Argument argument) {
        boolean fits = switch (call.function()) {
            case COUNT, N_UNIQUE -> true;
            case FIRST, LAST, FIRST_VALUE, LAST_VALUE, MIN, MAX ->
                argument.isColumn() || argument.isFloat() || argument.isWhole();
            case SUM, MEAN, STD, VAR, MEDIAN -> argument.isNumber() || argument.isTruth();
            default -> argument.isNumber();
        };
        if (!fits) {
            throw Compiler.invalid(
                    of.at(),
                    call.function().text() + " does not take "
                            + argument.bound().type() + "; it takes numbers");
        }
    }

    /** The places of a call of {@code median} or {@code quantile}. */
    static Kernel.Calls quantile(Expr.Call call) {
        if (call.function() == Function.MEDIAN) {
            return Kernel.Calls.of(Function.MEDIAN);
        }
        double quantile =
                call.arguments().get(1) instanceof Expr.Literal literal && literal.value() instanceof Number place
                        ? place.doubleValue()
                        : Double.NaN;
        if (!(quantile >= 0 && quantile <= 1)) {
            throw Compiler.invalid(
                    call.arguments().get(1).at(), "the place of a quantile is a number from 0 to 1, such as 0.9");
        }
        if (call.arguments().size() == 2) {
            return new Kernel.Calls(Function.QUANTILE, quantile, Interpolation.NEAREST);
        }
        Expr third = call.arguments().get(2);
        String name = third instanceof Expr.Literal literal ? literal.value().toString() : "";
        Interpolation between = Interpolation.named(name)
                .orElseThrow(() -> Compiler.invalid(
                        third.at(),
                        "'" + name + "' is no interpolation; expected 'nearest', 'lower', 'higher', 'midpoint',"
                                + " 'linear' or 'equiprobable'"));
        return new Kernel.Calls(Function.QUANTILE, quantile, between);
    }
}
