package io.polaroid.query.plan;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.engine.QueryEngine;
import io.polaroid.query.engine.Sql;
import io.polaroid.query.operator.ComputeColumns;
import io.polaroid.query.plan.Plan.CsvFile;
import io.polaroid.query.plan.Plan.ParquetFile;
import io.polaroid.query.plan.Plan.SqlText;
import io.polaroid.query.plan.Plan.Table;
import io.polaroid.timeseries.expr.Predicate;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.List;

/**
 * Makes plans whose names and types the engine has checked.
 *
 * @param engine what knows the columns of files and statements
 * @param catalog what knows tables
 * @param roots where files may be
 */
public record Plans(QueryEngine engine, Catalog catalog, FileRoots roots) {
    /** All rows of a table. */
    public Result<Plan> table(String name) {
        return catalog.relation(name)
                .flatMap(relation -> engine.describe(new Table(relation.name(), relation.schema()).sql())
                        .map(schema -> new Table(relation.name(), schema)));
    }

    /**
     * Rows of Parquet files.
     *
     * @param columns the columns to read; none means all
     * @param predicate a boolean expression; empty means all rows
     */
    public Result<Plan> parquet(String path, List<String> columns, String predicate) {
        return some(
                roots.resolve(path)
                        .flatMap(real ->
                                engine.describe(ParquetFile.sql(real)).map(schema -> new ParquetFile(real, schema))),
                columns,
                predicate);
    }

    /**
     * Rows of CSV files with a header, whose types are found in their first rows.
     *
     * @param columns the columns to read; none means all
     * @param predicate a boolean expression; empty means all rows
     */
    public Result<Plan> csv(String path, List<String> columns, String predicate) {
        return some(
                roots.resolve(path)
                        .flatMap(real -> engine.describe(CsvFile.sql(real)).map(schema -> new CsvFile(real, schema))),
                columns,
                predicate);
    }

    private Result<Plan> some(Result<Plan> file, List<String> columns, String predicate) {
        var rows = predicate.isBlank() ? file : file.flatMap(plan -> filter(plan, predicate));
        return columns.isEmpty() ? rows : rows.flatMap(plan -> plan.select(columns));
    }

    /** The rows of one SELECT statement. */
    public Result<Plan> sql(String text) {
        if (text.isBlank()) {
            return Result.err(ProblemCode.INVALID_PLAN, "the SQL text is empty");
        }
        return engine.describe(text).map(schema -> new SqlText(Sql.withoutEnd(text), schema));
    }

    /** The rows of a plan for which a boolean expression is true, its types checked. */
    public Result<Plan> filter(Plan input, String predicate) {
        return input.filter(predicate)
                .flatMap(plan -> plan.isSql()
                        ? engine.describe(plan.sql()).map(schema -> plan)
                        : Predicate.of(predicate, input.schema()).map(bound -> plan));
    }

    /** The rows of a plan with computed columns, their types checked. */
    public Result<Plan> withColumns(Plan input, List<Computed> columns) {
        return ComputeColumns.of(columns)
                .flatMap(compute -> compute.schema(List.of(input.schema())))
                .flatMap(schema -> {
                    var plan = new Plan.WithColumns(input, columns, schema);
                    return plan.isSql()
                            ? engine.describe(plan.sql())
                                    .map(described -> new Plan.WithColumns(input, columns, described))
                            : Result.ok(plan);
                });
    }
}
