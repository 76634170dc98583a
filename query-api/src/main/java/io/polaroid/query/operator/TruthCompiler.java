package io.polaroid.query.operator;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Cursor;
import io.polaroid.timeseries.column.Times;
import io.polaroid.timeseries.expr.BinaryOperator;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.expr.UnaryOperator;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Finds the fastest form of each part of a condition. */
final class TruthCompiler {
    private static final long NANOS = 1_000_000_000L;

    private final VectorSchemaRoot table;
    // What is known of a column holds for all parts of the table: whether it has nulls takes a look at all of its rows.
    private final Map<String, Column> columns = new ConcurrentHashMap<>();

    /** A compiler of conditions whose types are known to fit the table; several threads may use it. */
    TruthCompiler(VectorSchemaRoot table) {
        this.table = table;
    }

    Truth compile(Expr condition) {
        return fast(condition).orElseGet(() -> rowByRow(condition));
    }

    private Truth rowByRow(Expr part) {
        var cursor = Cursor.over(table.getFieldVectors());
        return Truth.of(Expr.bind(part, table.getSchema()).orThrow(), cursor);
    }

    private Optional<Truth> fast(Expr part) {
        return switch (part) {
            case Expr.Binary binary -> binary(binary);
            case Expr.Unary unary -> unary(unary);
            case Expr.Between between ->
                compare(BinaryOperator.GREATER_OR_EQUAL, between.operand(), between.low())
                        .flatMap(low -> compare(BinaryOperator.LESS_OR_EQUAL, between.operand(), between.high())
                                .map(high -> Truth.and(low, high)));
            case Expr.Column column ->
                column(column)
                        .filter(found -> found.type() instanceof ArrowType.Bool)
                        .map(Truth::of);
            case Expr.Literal literal -> Optional.empty();
            case Expr.Null none -> Optional.empty();
            case Expr.In in -> Optional.empty();
            case Expr.Case cases -> Optional.empty();
            case Expr.Call call -> Optional.empty();
        };
    }

    private Optional<Truth> unary(Expr.Unary unary) {
        return switch (unary.operator()) {
            case NOT -> Optional.of(Truth.not(compile(unary.operand())));
            case IS_NULL, IS_NOT_NULL ->
                column(unary.operand())
                        .map(Truth::isNull)
                        .map(isNull -> unary.operator() == UnaryOperator.IS_NULL ? isNull : Truth.not(isNull));
            case NEGATE -> Optional.empty();
        };
    }

    private Optional<Truth> binary(Expr.Binary binary) {
        return switch (binary.operator()) {
            case AND -> Optional.of(Truth.and(compile(binary.left()), compile(binary.right())));
            case OR -> Optional.of(Truth.or(compile(binary.left()), compile(binary.right())));
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                compare(binary.operator(), binary.left(), binary.right());
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER -> Optional.empty();
        };
    }

    private Optional<Truth> compare(BinaryOperator operator, Expr left, Expr right) {
        var a = column(left);
        var b = column(right);
        if (a.isPresent() && b.isPresent()) {
            return columns(operator, a.get(), b.get());
        }
        if (a.isPresent() && right instanceof Expr.Literal literal) {
            return constant(operator, a.get(), literal.value());
        }
        if (b.isPresent() && left instanceof Expr.Literal literal) {
            return constant(mirrored(operator), b.get(), literal.value());
        }
        return Optional.empty();
    }

    private static Optional<Truth> columns(BinaryOperator operator, Column a, Column b) {
        if (!Cells.reads(a) || !Cells.reads(b) || !a.type().equals(b.type())) {
            return Optional.empty();
        }
        var truth = a.isFloat()
                ? ordered(operator, Cells.doubles(a), Cells.doubles(b))
                : wholeOrdered(operator, Cells.longs(a), Cells.longs(b));
        return isUnsigned(a) ? Optional.empty() : Optional.of(Truth.unlessNull(Truth.unlessNull(truth, a), b));
    }

    private static Optional<Truth> constant(BinaryOperator operator, Column column, Object value) {
        return switch (value) {
            case Long whole when column.isFloat() -> ofDoubles(operator, column, whole.doubleValue());
            case Double number when column.isFloat() || isSigned(column) -> ofDoubles(operator, column, number);
            case Long whole when isSigned(column) -> ofLongs(operator, column, whole);
            case String text
            when column.type() instanceof ArrowType.Timestamp ->
                time(text, column).flatMap(time -> ofLongs(operator, column, time));
            case String text
            when column.vector() instanceof org.apache.arrow.vector.VarCharVector -> texts(operator, column, text);
            default -> Optional.empty();
        };
    }

    private static Optional<Truth> ofDoubles(BinaryOperator operator, Column column, double value) {
        Cells.Doubles cells = Cells.doubles(column);
        var truth = switch (operator) {
            case LESS -> Truth.below(cells, value);
            case GREATER -> Truth.above(cells, value);
            case LESS_OR_EQUAL -> Truth.not(Truth.above(cells, value));
            case GREATER_OR_EQUAL -> Truth.not(Truth.below(cells, value));
            case EQUAL, NOT_EQUAL, ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, AND, OR ->
                ordered(operator, cells, Cells.doubles(value));
        };
        var answers = Truth.unlessNull(truth, column);
        return Optional.of(Direct.of(answers, operator, column, value).orElse(answers));
    }

    private static Optional<Truth> ofLongs(BinaryOperator operator, Column column, long value) {
        var answers = Truth.unlessNull(wholeOrdered(operator, Cells.longs(column), Cells.longs(value)), column);
        return Optional.of(Direct.of(answers, operator, column, value).orElse(answers));
    }

    /** A time as clients write it, in the unit of the column, if it is a whole number of these. */
    private static Optional<Long> time(String text, Column column) {
        try {
            var instant = Instant.parse(text);
            long nanos = Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS), instant.getNano());
            long unit = Times.nanosPerUnit(column.type());
            return nanos % unit == 0 ? Optional.of(nanos / unit) : Optional.empty();
        } catch (DateTimeException | ArithmeticException other) {
            return Optional.empty();
        }
    }

    private static Optional<Truth> texts(BinaryOperator operator, Column column, String text) {
        var equal = Truth.unlessNull(new TextEquals(column, text), column);
        return switch (operator) {
            case EQUAL -> Optional.of(equal);
            case NOT_EQUAL -> Optional.of(Truth.not(equal));
            default -> Optional.empty();
        };
    }

    private static Truth wholeOrdered(BinaryOperator operator, Cells.Longs a, Cells.Longs b) {
        return switch (operator) {
            case LESS -> Truth.wholeLess(a, b);
            case GREATER -> Truth.wholeLess(b, a);
            case LESS_OR_EQUAL -> Truth.not(Truth.wholeLess(b, a));
            case GREATER_OR_EQUAL -> Truth.not(Truth.wholeLess(a, b));
            case EQUAL -> Truth.wholeEqual(a, b);
            case NOT_EQUAL -> Truth.not(Truth.wholeEqual(a, b));
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, AND, OR ->
                throw new IllegalArgumentException(operator + " compares nothing");
        };
    }

    private static Truth ordered(BinaryOperator operator, Cells.Doubles a, Cells.Doubles b) {
        return switch (operator) {
            case LESS -> Truth.less(a, b);
            case GREATER -> Truth.less(b, a);
            case LESS_OR_EQUAL -> Truth.not(Truth.less(b, a));
            case GREATER_OR_EQUAL -> Truth.not(Truth.less(a, b));
            case EQUAL -> Truth.equal(a, b);
            case NOT_EQUAL -> Truth.not(Truth.equal(a, b));
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, AND, OR ->
                throw new IllegalArgumentException(operator + " compares nothing");
        };
    }

    private static BinaryOperator mirrored(BinaryOperator operator) {
        return switch (operator) {
            case LESS -> BinaryOperator.GREATER;
            case GREATER -> BinaryOperator.LESS;
            case LESS_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
            case GREATER_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
            case EQUAL, NOT_EQUAL, ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, AND, OR -> operator;
        };
    }

    private static boolean isSigned(Column column) {
        return column.type() instanceof ArrowType.Int && !isUnsigned(column);
    }

    private static boolean isUnsigned(Column column) {
        return column.type() instanceof ArrowType.Int whole && whole.getBitWidth() == Long.SIZE && !whole.getIsSigned();
    }

    private Optional<Column> column(Expr expr) {
        return expr instanceof Expr.Column named
                ? table.getFieldVectors().stream()
                        .filter(vector -> vector.getName().equals(named.name()))
                        .findFirst()
                        .map(vector -> columns.computeIfAbsent(named.name(), name -> Column.of(vector)))
                : Optional.empty();
    }
}
