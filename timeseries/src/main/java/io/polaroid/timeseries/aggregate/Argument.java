package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Cursor;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.NullKeys;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.expr.BinaryOperator;
import io.polaroid.timeseries.expr.BoundExpr;
import io.polaroid.timeseries.expr.Expr;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What an aggregate is over: an expression over the cells of a row.
 *
 * @param expr the expression
 * @param bound the same, typed
 * @param column the column, if it is nothing but that; else -1
 * @param input columns of the table
 */
record Argument(Expr expr, BoundExpr bound, int column, Schema input) {
    /** Argument of an expression, which binds to the schema. */
    static Argument of(Expr expr, Schema input) {
        int column = -1;
        if (expr instanceof Expr.Column named) {
            List<Field> fields = input.getFields();
            for (int i = fields.size() - 1; i >= 0; i--) {
                column = fields.get(i).getName().equals(named.name()) ? i : column;
            }
        }
        return new Argument(expr, Expr.bind(expr, input).orThrow(), column, input);
    }

    boolean isColumn() {
        return column >= 0;
    }

    /** The type of first, last, min and max: that of a column is kept. */
    Field field(String name) {
        if (isColumn()) {
            Field of = input.getFields().get(column);
            return new Field(
                    name,
                    new org.apache.arrow.vector.types.pojo.FieldType(
                            true, of.getType(), of.getDictionary(), of.getMetadata()),
                    of.getChildren());
        }
        return Field.nullable(name, bound.type());
    }

    /** Whether it is a column of numbers of 64 bits without a sign, which expressions read as floats and aggregates as they are. */
    boolean isUnsigned64() {
        return isColumn()
                && input.getFields().get(column).getType() instanceof ArrowType.Int whole
                && whole.getBitWidth() == 64
                && !whole.getIsSigned();
    }

    boolean isFloat() {
        return bound.type() instanceof ArrowType.FloatingPoint && !isUnsigned64();
    }

    boolean isNumber() {
        return isFloat() || isUnsigned64() || bound.type() instanceof ArrowType.Int;
    }

    boolean isTruth() {
        return bound.type() instanceof ArrowType.Bool;
    }

    /** Whether its values are read as longs. */
    boolean isWhole() {
        ArrowType type = bound.type();
        return isUnsigned64()
                || type instanceof ArrowType.Int
                || type instanceof ArrowType.Timestamp
                || type instanceof ArrowType.Date
                || type instanceof ArrowType.Duration
                || type instanceof ArrowType.Time
                || type instanceof ArrowType.Bool;
    }

    /** Reads values as doubles (also of whole numbers) or as longs. */
    Loader loader(VectorSchemaRoot table) {
        if (isColumn()) {
            Column cells = Column.of(table.getVector(column));
            return isFloat()
                    ? new Loader.Numbers(cells)
                    : isWhole() ? new Loader.Wholes(cells, true) : new Loader.Presence(cells);
        }
        return isFloat() ? arithmetic(expr, table).orElseGet(() -> row(table)) : row(table);
    }

    /** Reads which rows have a value. */
    Loader presence(VectorSchemaRoot table) {
        return isColumn() ? new Loader.Presence(Column.of(table.getVector(column))) : row(table);
    }

    /** Numbers distinct values, null among them. */
    Loader codes(VectorSchemaRoot table) {
        if (isColumn()) {
            int[] codes =
                    Keys.of(1, NullKeys.EQUAL).add(List.of(Column.of(table.getVector(column))), table.getRowCount());
            return new Loader.Codes(codes);
        }
        return new Loader.Distinct(bound, Cursor.over(table.getFieldVectors()));
    }

    /** What stands in chosen rows. */
    Cells picked(VectorSchemaRoot table, int[] rows) {
        if (isColumn()) {
            return new Cells.Rows(table.getVector(column), rows);
        }
        Cursor cursor = Cursor.over(table.getFieldVectors());
        double[] numbers = new double[isFloat() ? rows.length : 0];
        long[] wholes = new long[isFloat() ? 0 : rows.length];
        Validity valid = Validity.none(rows.length);
        for (int i = 0; i < rows.length; i++) {
            Object cell = rows[i] < 0 ? null : bound.evaluate(cursor.at(rows[i]));
            if (cell == null) {
                continue;
            }
            valid.set(i);
            if (isFloat()) {
                numbers[i] = cell instanceof Number number ? number.doubleValue() : Double.NaN;
            } else {
                wholes[i] = cell instanceof Number number ? number.longValue() : Boolean.TRUE.equals(cell) ? 1 : 0;
            }
        }
        return isFloat() ? new Cells.Doubles(numbers, valid) : new Cells.Longs(wholes, valid);
    }

    private Loader row(VectorSchemaRoot table) {
        return new Loader.Any(bound, Cursor.over(table.getFieldVectors()));
    }

    /** The expression on whole blocks, if it is arithmetic on doubles. */
    private Optional<Loader> arithmetic(Expr part, VectorSchemaRoot table) {
        return switch (part) {
            case Expr.Literal literal
            when literal.value() instanceof Number number -> Optional.of(new Loader.Constant(number.doubleValue()));
            case Expr.Column named -> {
                Argument of = Argument.of(named, input);
                yield of.isNumber() ? Optional.of(of.loader(table)) : Optional.empty();
            }
            case Expr.Binary binary
            when isArithmetic(binary) ->
                arithmetic(binary.left(), table)
                        .flatMap(left -> arithmetic(binary.right(), table)
                                .map(right -> new Loader.Arithmetic(binary.operator(), left, right)));
            default -> Optional.empty();
        };
    }

    // Arithmetic on whole numbers is left out: what does not fit in 64 bits is null.
    private boolean isArithmetic(Expr.Binary binary) {
        BinaryOperator operator = binary.operator();
        boolean known = operator == BinaryOperator.ADD
                || operator == BinaryOperator.SUBTRACT
                || operator == BinaryOperator.MULTIPLY
                || operator == BinaryOperator.DIVIDE;
        return known && Expr.bind(binary, input).orThrow().type() instanceof ArrowType.FloatingPoint;
    }
}
