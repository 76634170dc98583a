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
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The Johansen test over the last rows of each row.
 *
 * <p><b>Shape</b> a table of n rows → the same rows and columns, then for p series {@code johansen_eigenvalue_0} to {@code _p-1}, {@code
 * johansen_trace_…} and {@code johansen_max_eigen_…}: the number is that of the relations of the hypothesis. Critical values are the same for all windows: those
 * of {@link JohansenTest}.
 * <br><b>Order</b> the rows of a group are windowed in the order they stand in.
 * <br><b>Nulls</b> all results are null where a window has fewer than {@code windowSize} rows, a null, NaN or infinity, or no result by
 * {@link JohansenTest}.
 * <br><b>Owns</b> columns of the input may be shared with the result. <b>Cost</b> O(n × windowSize × (p × lags)²) time.
 *
 * @param columns the series, columns of numbers
 * @param windowSize rows of a window, the row itself being the last
 * @param test the test of each window
 * @param groupBy columns that tell groups apart; none means one group
 */
public record RollingJohansen(List<String> columns, int windowSize, JohansenTest test, List<String> groupBy)
        implements BatchOperator {
    private static final List<String> KINDS = List.of("eigenvalue", "trace", "max_eigen");

    /** Holds copies of the lists. */
    public RollingJohansen {
        columns = List.copyOf(columns);
        groupBy = List.copyOf(groupBy);
    }

    @Override
    public int inputs() {
        return 1;
    }

    @Override
    public String title() {
        return "rolling johansen of " + String.join(", ", columns) + " over " + windowSize + " rows, det_order "
                + test.detOrder() + ", k_ar_diff " + test.kArDiff()
                + (groupBy.isEmpty() ? "" : ", by " + String.join(", ", groupBy));
    }

    /** The columns that are made for so many series, in the order of {@link #results}. */
    public static List<String> names(int series) {
        return KINDS.stream()
                .flatMap(kind -> java.util.stream.IntStream.range(0, series)
                        .mapToObj(relations -> "johansen_" + kind + "_" + relations))
                .toList();
    }

    /** The cells of a window that has a result. */
    public static List<Double> results(JohansenResult found) {
        var cells = new ArrayList<>(found.eigenvalues());
        cells.addAll(found.traceStatistics());
        cells.addAll(found.maxEigenStatistics());
        return cells;
    }

    /** What is wrong with the length of a window, if anything. */
    public static Optional<Problem> problem(JohansenTest test, int series, int windowSize) {
        return switch (test.least(series)) {
            case Result.Err<Integer>(var problem) -> Optional.of(problem);
            case Result.Ok<Integer>(var least) ->
                series > 0 && windowSize >= least
                        ? Optional.empty()
                        : Optional.of(Inputs.invalid(
                                series == 0
                                        ? "there is no column; give one for each series"
                                        : "a window has " + windowSize + " rows; " + series + " series with k_ar_diff "
                                                + test.kArDiff() + " and det_order " + test.detOrder() + " need "
                                                + least + " at least"));
        };
    }

    @Override
    public Result<Schema> schema(List<Schema> inputs) {
        var schema = inputs.getFirst();
        return Named.indexes(schema, groupBy)
                .flatMap(keys -> Named.indexes(schema, columns))
                .flatMap(indexes -> numeric(schema, indexes))
                .flatMap(valid -> problem(test, columns.size(), windowSize)
                        .<Result<Schema>>map(Result::err)
                        .orElseGet(() -> withResults(schema)));
    }

    private static Result<List<Integer>> numeric(Schema schema, List<Integer> indexes) {
        Result<List<Integer>> valid = Result.ok(indexes);
        for (int index : indexes) {
            valid = valid.flatMap(
                    before -> LastRows.numeric(schema.getFields().get(index)).map(field -> before));
        }
        return valid;
    }

    private Result<Schema> withResults(Schema schema) {
        var fields = new ArrayList<>(schema.getFields());
        var taken = fields.stream().map(Field::getName).toList();
        var made = names(columns.size());
        made.forEach(name -> fields.add(LastRows.number(name)));
        return made.stream()
                .filter(taken::contains)
                .findFirst()
                .<Result<Schema>>map(
                        name -> Result.err(Inputs.invalid("there is already a column '" + name + "'; rename it")))
                .orElseGet(() -> Result.ok(new Schema(fields)));
    }

    @Override
    public Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        var table = inputs.getFirst();
        return schema(List.of(table.getSchema()))
                .flatMap(schema -> table.getRowCount() * test.work(windowSize, columns.size()) > LastRows.MOST_WORK
                        ? Result.err(Problem.of(
                                ProblemCode.BUDGET_EXCEEDED,
                                table.getRowCount() + " windows of " + windowSize
                                        + " rows take too long; use fewer rows, a smaller window_size or a"
                                        + " smaller k_ar_diff"))
                        : Result.ok(applied(table, allocator)));
    }

    private VectorSchemaRoot applied(VectorSchemaRoot table, BufferAllocator allocator) {
        int rows = table.getRowCount();
        var values = columns.stream()
                .map(name -> Column.of(table.getVector(name)).doubles())
                .toList();
        var names = names(columns.size());
        double[][] cells = new double[names.size()][rows];
        var valid = Validity.none(rows);
        LastRows.forEach(table, groupBy, windowSize, window -> {
            double[][] series = values.stream()
                    .map(column -> LastRows.values(column, window))
                    .toArray(double[][]::new);
            if (test.apply(columns, series) instanceof Result.Ok<JohansenResult>(var found)) {
                int row = window[windowSize - 1];
                var results = results(found);
                for (int i = 0; i < cells.length; i++) {
                    cells[i][row] = results.get(i);
                }
                valid.set(row);
            }
        });
        try (var made = Made.with(allocator)) {
            table.getFieldVectors().forEach(vector -> made.share(vector, vector.getField()));
            for (int i = 0; i < cells.length; i++) {
                made.doubles(LastRows.number(names.get(i)), cells[i], valid);
            }
            return made.table(rows);
        }
    }
}
