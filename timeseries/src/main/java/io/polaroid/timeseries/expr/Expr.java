package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.result.Result;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A SQL scalar expression as a tree.
 *
 * <p>Text becomes a tree by {@link #parse}, a tree becomes something that runs by {@link #bind}, and text again, for DuckDB, by
 * {@link #toSql}. Equality ignores places: equal expressions mean the same.
 */
public sealed interface Expr {
    /** Where it stood in the text it was parsed from. */
    Place at();

    /**
     * A value written in the expression.
     *
     * @param value a Long, Double, Boolean or String
     */
    record Literal(Object value, Place at) implements Expr {
        public Literal {
            if (!(value instanceof Long
                    || value instanceof Double
                    || value instanceof Boolean
                    || value instanceof String)) {
                throw new IllegalArgumentException("value is a "
                        + value.getClass().getName() + "; a literal is a Long, Double, Boolean or String");
            }
        }
    }

    /** The word {@code null}. */
    record Null(Place at) implements Expr {}

    /** The cell of a column. */
    record Column(String name, Place at) implements Expr {}

    /** An operator with one operand. */
    record Unary(UnaryOperator operator, Expr operand, Place at) implements Expr {}

    /** An operator with two operands. */
    record Binary(BinaryOperator operator, Expr left, Expr right, Place at) implements Expr {}

    /** Whether the operand equals one of the options. */
    record In(Expr operand, List<Expr> options, Place at) implements Expr {
        public In {
            options = List.copyOf(options);
            if (options.isEmpty()) {
                throw new IllegalArgumentException("options is empty; IN needs at least one");
            }
        }
    }

    /** Whether {@code low <= operand and operand <= high}. */
    record Between(Expr operand, Expr low, Expr high, Place at) implements Expr {}

    /** The result of the first branch whose condition is true, else {@code otherwise}. */
    record Case(List<When> branches, Expr otherwise, Place at) implements Expr {
        public Case {
            branches = List.copyOf(branches);
            if (branches.isEmpty()) {
                throw new IllegalArgumentException("branches is empty; CASE needs at least one");
            }
        }
    }

    /** One branch of a {@link Case}. */
    record When(Expr condition, Expr result) {}

    /** A function call; {@code count(*)} is count with no arguments. */
    record Call(Function function, List<Expr> arguments, Place at) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
            if (!function.takes(arguments.size())) {
                throw new IllegalArgumentException("arguments has " + arguments.size() + " entries; " + function.text()
                        + " takes " + function.arity());
            }
        }
    }

    /**
     * Parses an expression.
     *
     * @return the tree, or {@code INVALID_EXPRESSION} with the position and what was expected there
     */
    static Result<Expr> parse(String text) {
        try {
            return Result.ok(Parser.parse(text));
        } catch (Rejected rejected) {
            return Result.err(rejected.problem());
        }
    }

    /**
     * Types a scalar expression against a schema, so that it can run.
     *
     * @return what runs, or {@code INVALID_EXPRESSION} for a type that does not fit or an aggregate, {@code UNKNOWN_COLUMN} with
     *     the nearest name
     */
    static Result<BoundExpr> bind(Expr expr, Schema schema) {
        try {
            return Result.ok(new Binder(schema).bind(expr));
        } catch (Rejected rejected) {
            return Result.err(rejected.problem());
        }
    }

    /**
     * The expression as text for DuckDB: every part in parentheses, names in double quotes, text escaped, numbers with their
     * type. It can name only the columns and {@link Function}s of this tree.
     *
     * <p>DuckDB then gives what {@link #bind} gives, if the time zone of its session is UTC. Of aggregates it rounds sums at every
     * step, sums whole numbers into a HUGEINT, and takes {@code first} and {@code last} in the order of its scan.
     */
    default String toSql() {
        return SqlText.of(this);
    }

    /** The names of all columns it reads, in order of appearance. */
    default Set<String> columns() {
        var names = new LinkedHashSet<String>();
        walk(expr -> {
            if (expr instanceof Column column) {
                names.add(column.name());
            }
        });
        return names;
    }

    /** Whether an aggregate is called in it. */
    default boolean hasAggregate() {
        return this instanceof Call call && call.function().role() == Function.Role.AGGREGATE
                || children().stream().anyMatch(Expr::hasAggregate);
    }

    /** The expressions directly inside, in order of appearance. */
    default List<Expr> children() {
        return switch (this) {
            case Literal literal -> List.of();
            case Null none -> List.of();
            case Column column -> List.of();
            case Unary unary -> List.of(unary.operand());
            case Binary binary -> List.of(binary.left(), binary.right());
            case Between between -> List.of(between.operand(), between.low(), between.high());
            case Call call -> call.arguments();
            case In in ->
                Stream.concat(Stream.of(in.operand()), in.options().stream()).toList();
            case Case cases ->
                Stream.concat(
                                cases.branches().stream().flatMap(when -> Stream.of(when.condition(), when.result())),
                                Stream.of(cases.otherwise()))
                        .toList();
        };
    }

    /** Shows every expression of the tree to {@code visitor}, outer before inner. */
    default void walk(Consumer<? super Expr> visitor) {
        visitor.accept(this);
        children().forEach(child -> child.walk(visitor));
    }

    /** The same expression with {@code change} applied to the expressions directly inside. */
    default Expr withChildren(java.util.function.UnaryOperator<Expr> change) {
        return switch (this) {
            case Literal literal -> literal;
            case Null none -> none;
            case Column column -> column;
            case Unary unary -> new Unary(unary.operator(), change.apply(unary.operand()), unary.at());
            case Binary binary ->
                new Binary(binary.operator(), change.apply(binary.left()), change.apply(binary.right()), binary.at());
            case Between between ->
                new Between(
                        change.apply(between.operand()),
                        change.apply(between.low()),
                        change.apply(between.high()),
                        between.at());
            case Call call ->
                new Call(call.function(), call.arguments().stream().map(change).toList(), call.at());
            case In in ->
                new In(
                        change.apply(in.operand()),
                        in.options().stream().map(change).toList(),
                        in.at());
            case Case cases ->
                new Case(
                        cases.branches().stream()
                                .map(when -> new When(change.apply(when.condition()), change.apply(when.result())))
                                .toList(),
                        change.apply(cases.otherwise()),
                        cases.at());
        };
    }
}
