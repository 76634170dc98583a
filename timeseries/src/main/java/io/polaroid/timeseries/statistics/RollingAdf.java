package io.polaroid.timeseries.statistics;

import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Made;
import io.polaroid.timeseries.column.Named;
import io.polaroid.timeseries.column.Validity;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The augmented Dickey-Fuller test over the last rows of each row.
 *
 * <p><b>Shape</b> a table of n rows → the same rows and columns, then {@code <column>_adf_statistic} and {@code <column>_adf_p_value}.
 * <br><b>Order</b> the rows of a group are windowed in the order they stand in.
 * <br><b>Nulls</b> both results are null where a window has fewer than {@code windowSize} rows, a null, NaN or infinity, or no result by
 * {@link AdfTest}: it is constant, follows its trend exactly, or its regression is collinear.
 * <br><b>Owns</b> columns of the input may be shared with the result. <b>Cost</b> O(n × windowSize × lags²) time.
 *
 * @param column what is tested, a column of numbers
 * @param windowSize rows of a window, the row itself being the last
 * @param test the test of each window
 * @param groupBy columns that tell series apart; none means one series
 */
public record RollingAdf(String column, int windowSize, AdfTest test, List<String> groupBy) implements BatchOperator {
    /** Holds a copy of the list. */
    public RollingAdf {
        groupBy = List.copyOf(groupBy);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "rolling adf of " + column + " over " + windowSize + " rows, regression "
                + test.regression().name().toLowerCase(Locale.ROOT) + ", autolag "
                + test.autoLag().text() + (groupBy.isEmpty() ? "" : ", by " + String.join(", ", groupBy));
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        var schema = inputs.getFirst();
        return Named.indexes(schema, groupBy)
                .flatMap(keys -> Named.index(schema, column))
                .flatMap(at -> LastRows.numeric(schema.getFields().get(at)))
                .flatMap(field -> test.greatest(windowSize))
                .flatMap(lags -> {
                    var fields = new ArrayList<>(schema.getFields());
                    fields.addAll(made());
                    var names = fields.stream().map(Field::getName).toList();
                    return names.stream().distinct().count() == names.size()
                            ? Result.ok(new Schema(fields))
                            : Result.err(Inputs.invalid("there is already a column '"
                                    + made().getFirst().getName() + "' or '"
                                    + made().getLast().getName() + "'; rename it"));
                });
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        var table = inputs.getFirst();
        return schema(List.of(table.getSchema()))
                .flatMap(schema -> tooMuch(table.getRowCount())
                        ? Result.err(Problem.of(
                                ProblemCode.BUDGET_EXCEEDED,
                                table.getRowCount() + " windows of " + windowSize
                                        + " rows take too long; use fewer rows, a smaller window_size or a"
                                        + " smaller maxlag"))
                        : Result.ok(applied(table, allocator)));
    }

    private boolean tooMuch(int rows) {
        int lags = test.greatest(windowSize).orThrow();
        double terms = test.regression().terms() + lags + 2.0;
        return rows * (double) windowSize * terms * terms > LastRows.MOST_WORK;
    }

    private VectorSchemaRoot applied(VectorSchemaRoot table, BufferAllocator allocator) {
        int rows = table.getRowCount();
        double[] values = Column.of(table.getVector(column)).doubles();
        double[] statistics = new double[rows];
        double[] pValues = new double[rows];
        var valid = Validity.none(rows);
        LastRows.forEach(table, groupBy, windowSize, window -> {
            if (test.apply(LastRows.values(values, window)) instanceof Result.Ok<AdfResult>(var found)) {
                int row = window[windowSize - 1];
                statistics[row] = found.statistic();
                pValues[row] = found.pValue();
                valid.set(row);
            }
        });
        try (var made = Made.with(allocator)) {
            table.getFieldVectors().forEach(vector -> made.share(vector, vector.getField()));
            made.doubles(made().getFirst(), statistics, valid);
            made.doubles(made().getLast(), pValues, valid);
            return made.table(rows);
        }
    }

    private List<Field> made() {
        return List.of(LastRows.number(column + "_adf_statistic"), LastRows.number(column + "_adf_p_value"));
    }
}
