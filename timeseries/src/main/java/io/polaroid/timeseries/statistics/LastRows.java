package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.result.Result;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Windows of the last rows of each row, by group; and which columns a test takes. */
final class LastRows {
    /** Rows times squared terms of all windows together: ten of the longest single tests. */
    static final double MOST_WORK = 2e11;

    private LastRows() {}

    /** Calls for each window that is full, with its rows; the last one is the row that the window belongs to. */
    static void forEach(VectorSchemaRoot table, List<String> groupBy, int windowSize, Consumer<int[]> window) {
        var keys =
                groupBy.stream().map(name -> Column.of(table.getVector(name))).toList();
        var groups = Groups.of(keys, table.getRowCount());
        for (int group = 0; group < groups.count(); group++) {
            for (int end = groups.starts()[group] + windowSize; end <= groups.starts()[group + 1]; end++) {
                window.accept(Arrays.copyOfRange(groups.rows(), end - windowSize, end));
            }
        }
    }

    /** The values of a window. */
    static double[] values(double[] column, int[] window) {
        return Arrays.stream(window).mapToDouble(row -> column[row]).toArray();
    }

    /** A column of results. */
    static Field number(String name) {
        return Field.nullable(name, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
    }

    /** The column, if its cells are numbers. */
    static Result<Field> numeric(Field field) {
        return switch (field.getType()) {
            case ArrowType.Int whole -> Result.ok(field);
            case ArrowType.FloatingPoint number
            when number.getPrecision() != FloatingPointPrecision.HALF -> Result.ok(field);
            case ArrowType.Decimal number -> Result.ok(field);
            default ->
                Result.err(Inputs.invalid("column '" + field.getName() + "' is " + field.getType()
                        + "; the test needs a column of numbers"));
        };
    }
}
