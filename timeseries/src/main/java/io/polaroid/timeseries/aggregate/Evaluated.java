package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Cursor;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.expr.BoundExpr;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** An expression over every row of a table. */
final class Evaluated {
    private Evaluated() {}

    static Cells of(BoundExpr expr, VectorSchemaRoot table, BufferAllocator allocator) {
        Cursor cursor = Cursor.over(table.getFieldVectors());
        int rows = table.getRowCount();
        return switch (expr.type()) {
            case ArrowType.FloatingPoint number -> doubles(expr, cursor, rows);
            case ArrowType.Utf8 text -> texts(expr, cursor, rows, allocator);
            case ArrowType.Null none ->
                (made, field) -> {
                    var vector = new NullVector(field.getName(), rows);
                    made.add(vector);
                };
            default -> longs(expr, cursor, rows);
        };
    }

    private static Cells doubles(BoundExpr expr, Cursor cursor, int rows) {
        double[] cells = new double[rows];
        Validity valid = Validity.all(rows);
        boolean direct = expr.isDirect();
        for (int row = 0; row < rows; row++) {
            cursor.at(row);
            if (direct) {
                if (expr.isNull(cursor)) {
                    valid.clear(row);
                } else {
                    cells[row] = expr.doubleAt(cursor);
                }
            } else if (expr.evaluate(cursor) instanceof Number number) {
                cells[row] = number.doubleValue();
            } else {
                valid.clear(row);
            }
        }
        return new Cells.Doubles(cells, valid);
    }

    private static Cells longs(BoundExpr expr, Cursor cursor, int rows) {
        long[] cells = new long[rows];
        Validity valid = Validity.all(rows);
        for (int row = 0; row < rows; row++) {
            Object cell = expr.evaluate(cursor.at(row));
            valid.put(row, cell != null);
            cells[row] = cell instanceof Number number ? number.longValue() : Boolean.TRUE.equals(cell) ? 1 : 0;
        }
        return new Cells.Longs(cells, valid);
    }

    private static Cells texts(BoundExpr expr, Cursor cursor, int rows, BufferAllocator allocator) {
        return (Made made, Field field) -> {
            if (!(field.createVector(allocator) instanceof VarCharVector vector)) {
                throw new IllegalArgumentException(field + " does not hold texts");
            }
            made.add(vector);
            vector.allocateNew();
            for (int row = 0; row < rows; row++) {
                if (expr.evaluate(cursor.at(row)) instanceof String text) {
                    vector.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
                }
            }
            vector.setValueCount(rows);
        };
    }
}
