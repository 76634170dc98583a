package io.polaroid.query.plan;

import io.polaroid.query.catalog.Names;
import io.polaroid.query.engine.Sql;
import io.polaroid.query.memory.HeldTable;
import io.polaroid.timeseries.batch.BatchOperator;
import io.polaroid.timeseries.expr.Expr;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What is asked, as a value: leaves name rows, every other node changes the rows of one input. A plan knows its columns, and
 * the operations check names against them; nothing of a client's text reaches SQL but a {@link SqlText}, which stands alone.
 */
public sealed interface Plan {
    /** The columns of its rows. */
    Schema schema();

    /** The SELECT statement that gives its rows, of a plan that {@link #isSql}. */
    String sql();

    /** This operation in words, without its input. */
    String title();

    /** The plans it reads from. */
    List<Plan> inputs();

    /** Whether the SQL engine can run all of it; else its operations run one by one, over whole tables. */
    default boolean isSql() {
        return inputs().stream().allMatch(Plan::isSql);
    }

    /** A table of the catalog. */
    record Table(String name, Schema schema) implements Plan {
        @Override
        public String sql() {
            return "SELECT * FROM " + Sql.name(name);
        }

        @Override
        public String title() {
            return "table " + name;
        }

        @Override
        public List<Plan> inputs() {
            return List.of();
        }
    }

    /** Parquet files: one, or a pattern with {@code *}; the path is absolute and inside an allowed folder. */
    record ParquetFile(Path path, Schema schema) implements Plan {
        /** The SELECT statement of a path whose columns are not known yet. */
        public static String sql(Path path) {
            return "SELECT * FROM read_parquet(" + Sql.text(path.toString()) + ")";
        }

        @Override
        public String sql() {
            return sql(path);
        }

        @Override
        public String title() {
            return "parquet " + path.getFileName();
        }

        @Override
        public List<Plan> inputs() {
            return List.of();
        }
    }

    /** CSV files: one, or a pattern with {@code *}; the path is absolute and inside an allowed folder. */
    record CsvFile(Path path, Schema schema) implements Plan {
        /** The SELECT statement of a path whose columns are not known yet. */
        public static String sql(Path path) {
            return "SELECT * FROM read_csv(" + Sql.text(path.toString()) + ")";
        }

        @Override
        public String sql() {
            return sql(path);
        }

        @Override
        public String title() {
            return "csv " + path.getFileName();
        }

        @Override
        public List<Plan> inputs() {
            return List.of();
        }
    }

    /** A statement that the engine has parsed and allowed. */
    record SqlText(String sql, Schema schema) implements Plan {
        @Override
        public String title() {
            return "sql " + sql.strip().replaceAll("\\s+", " ");
        }

        @Override
        public List<Plan> inputs() {
            return List.of();
        }
    }

    /** The rows for which a condition is true. */
    record Filter(Plan input, Expr condition, String text) implements Plan {
        @Override
        public Schema schema() {
            return input.schema();
        }

        @Override
        public String sql() {
            return "SELECT * FROM (\n" + input.sql() + "\n) WHERE " + condition.toSql();
        }

        @Override
        public String title() {
            return "filter " + text;
        }

        @Override
        public List<Plan> inputs() {
            return List.of(input);
        }
    }

    /** Some columns, in this order. */
    record Select(Plan input, List<String> columns) implements Plan {
        public Select {
            columns = List.copyOf(columns);
        }

        @Override
        public Schema schema() {
            return new Schema(columns.stream().map(input.schema()::findField).toList());
        }

        @Override
        public String sql() {
            return "SELECT " + Sql.names(columns) + " FROM (\n" + input.sql() + "\n)";
        }

        @Override
        public String title() {
            return "select " + String.join(", ", columns);
        }

        @Override
        public List<Plan> inputs() {
            return List.of(input);
        }
    }

    /** The rows in order. */
    record Sort(Plan input, List<SortKey> by) implements Plan {
        public Sort {
            by = List.copyOf(by);
        }

        @Override
        public Schema schema() {
            return input.schema();
        }

        @Override
        public String sql() {
            var keys = by.stream()
                    .map(key -> Sql.name(key.column()) + " " + key.order().sql() + " NULLS " + key.nulls())
                    .collect(Collectors.joining(", "));
            return "SELECT * FROM (\n" + input.sql() + "\n) ORDER BY " + keys;
        }

        @Override
        public String title() {
            return "sort "
                    + by.stream()
                            .map(key -> key.column() + " " + key.order().sql() + " nulls " + key.nulls())
                            .collect(Collectors.joining(", "));
        }

        @Override
        public List<Plan> inputs() {
            return List.of(input);
        }
    }

    /** Rows that are in memory already. The plan does not hold them: who keeps a plan does, see {@link #held}. */
    record Held(HeldTable table) implements Plan {
        @Override
        public Schema schema() {
            return table.schema();
        }

        @Override
        public boolean isSql() {
            return false;
        }

        @Override
        public String sql() {
            throw new IllegalStateException(title() + " has no SQL");
        }

        @Override
        public String title() {
            return "rows in memory, " + table.rows().getRowCount();
        }

        @Override
        public List<Plan> inputs() {
            return List.of();
        }
    }

    /** What an operator makes of whole tables. */
    record Operation(BatchOperator operator, List<Plan> inputs, Schema schema) implements Plan {
        public Operation {
            inputs = List.copyOf(inputs);
        }

        @Override
        public boolean isSql() {
            return false;
        }

        @Override
        public String sql() {
            throw new IllegalStateException(title() + " has no SQL");
        }

        @Override
        public String title() {
            return operator.title();
        }
    }

    /** The rows with computed columns: new ones last, others in their place. */
    record WithColumns(Plan input, List<Computed> columns, Schema schema) implements Plan {
        public WithColumns {
            columns = List.copyOf(columns);
        }

        @Override
        public String sql() {
            var computed = columns.stream().collect(Collectors.toMap(Computed::name, Computed::sql));
            var all = schema.getFields().stream()
                    .map(Field::getName)
                    .map(name -> computed.getOrDefault(name, Sql.name(name)) + " AS " + Sql.name(name))
                    .collect(Collectors.joining(", "));
            return "SELECT " + all + " FROM (\n" + input.sql() + "\n)";
        }

        @Override
        public String title() {
            return "with columns " + columns.stream().map(Computed::title).collect(Collectors.joining(", "));
        }

        @Override
        public List<Plan> inputs() {
            return List.of(input);
        }
    }

    /** Some rows, counted from the first. */
    record Limit(Plan input, long rows, long offset) implements Plan {
        @Override
        public Schema schema() {
            return input.schema();
        }

        @Override
        public String sql() {
            return "SELECT * FROM (\n" + input.sql() + "\n) LIMIT " + rows + " OFFSET " + offset;
        }

        @Override
        public String title() {
            return "limit " + rows + (offset == 0 ? "" : " after " + offset);
        }

        @Override
        public List<Plan> inputs() {
            return List.of(input);
        }
    }

    /** An operator over these plans, or what it refuses of their columns. */
    static Result<Plan> operation(BatchOperator operator, List<Plan> inputs) {
        return operator.schema(inputs.stream().map(Plan::schema).toList())
                .map(schema -> new Operation(operator, inputs, schema));
    }

    /** The tables in memory that it reads, each as often as it does. */
    default List<HeldTable> held() {
        return this instanceof Held held
                ? List.of(held.table())
                : inputs().stream().flatMap(input -> input.held().stream()).toList();
    }

    /** The rows of this plan for which an expression is true; {@code INVALID_EXPRESSION} or {@code UNKNOWN_COLUMN} else. */
    default Result<Plan> filter(String predicate) {
        return Expr.parse(predicate)
                .flatMap(condition -> known(condition.columns()).map(names -> new Filter(this, condition, predicate)));
    }

    /** Some columns of this plan; {@code UNKNOWN_COLUMN} or {@code INVALID_PLAN} else. */
    default Result<Plan> select(List<String> columns) {
        if (columns.isEmpty()) {
            return Result.err(ProblemCode.INVALID_PLAN, "select needs at least one column");
        }
        if (new LinkedHashSet<>(columns).size() != columns.size()) {
            return Result.err(ProblemCode.INVALID_PLAN, "select names a column twice: " + String.join(", ", columns));
        }
        return known(columns).map(names -> new Select(this, columns));
    }

    /** This plan's rows in order; {@code UNKNOWN_COLUMN} or {@code INVALID_PLAN} else. */
    default Result<Plan> sort(List<SortKey> by) {
        if (by.isEmpty()) {
            return Result.err(ProblemCode.INVALID_PLAN, "sort needs at least one column");
        }
        return known(by.stream().map(SortKey::column).toList()).map(names -> new Sort(this, by));
    }

    /** The plan as text, one operation a line, the last one first. */
    default String describe() {
        var text = new StringBuilder(title());
        for (var input : inputs()) {
            text.append('\n').append(input.describe().indent(2).stripTrailing());
        }
        return text.toString();
    }

    /** Some rows of this plan, counted from the first; {@code INVALID_ARGUMENT} for negative numbers. */
    default Result<Plan> limit(long rows, long offset) {
        return rows < 0 || offset < 0
                ? Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        "rows is " + rows + " and offset " + offset + "; neither may be negative")
                : Result.ok(new Limit(this, rows, offset));
    }

    private Result<Collection<String>> known(Collection<String> columns) {
        var names = schema().getFields().stream().map(Field::getName).toList();
        return columns.stream()
                .filter(column -> !names.contains(column))
                .findFirst()
                .<Result<Collection<String>>>map(unknown -> Result.err(new Problem(
                        ProblemCode.UNKNOWN_COLUMN,
                        "there is no column " + unknown + Names.hint(unknown, names),
                        Map.of("column", unknown))))
                .orElseGet(() -> Result.ok(columns));
    }
}
