package io.polaroid.launcher.history;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/** Rows of a schema out of a SQL engine in memory that loads nothing from elsewhere. <b>Owns</b> its connection until closed. */
final class SqlRows implements AutoCloseable {
    private static final Set<String> TIMES_OF_DAY = Set.of("TIME", "TIME_NS", "TIME WITH TIME ZONE");
    private static final Set<String> WHOLE = Set.of("BIGINT", "INTEGER");

    /** Stands for the number of rows that have none. */
    static final String NO_NUMBER = "NULL";

    private final Connection connection;

    private SqlRows(Connection connection) {
        this.connection = connection;
    }

    static SqlRows open() {
        try {
            var settings = new Properties();
            settings.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
            Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
            try (var statement = connection.createStatement()) {
                statement.execute("SET autoinstall_known_extensions = false; SET TimeZone = 'UTC'; SET threads = 1");
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return new SqlRows(connection.unwrap(DuckDBConnection.class));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The columns of a relation. */
    List<String> columns(String relation) {
        var names = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var result = statement.executeQuery("DESCRIBE SELECT * FROM " + relation)) {
            while (result.next()) {
                names.add(result.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The SQL types of expressions, of fields within structs too. */
    private List<String> types(List<String> expressions, String from) {
        var types = new ArrayList<String>();
        String sql = IntStream.range(0, expressions.size())
                .mapToObj(i -> expressions.get(i) + " AS c" + i)
                .collect(Collectors.joining(", ", "DESCRIBE SELECT ", " FROM " + from));
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                types.add(result.getString(2));
            }
            return types;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Takes rows and the number beside each, null where there is none. */
    @FunctionalInterface
    interface Each {
        void take(@Nullable Long number, Row row);
    }

    /**
     * Gives rows.
     *
     * @param columns the columns wanted
     * @param expression the SQL that gives each of them
     * @param number SQL of the sink's number of each row; {@link #NO_NUMBER} for rows that it has not written
     * @param from what stands behind FROM
     */
    void read(Schema columns, UnaryOperator<String> expression, String number, String from, Each each) {
        int width = columns.getFields().size();
        List<String> given = columns.getFields().stream()
                .map(field -> expression.apply(field.getName()))
                .toList();
        List<String> types = types(given, from);
        String sql = IntStream.range(0, width)
                .mapToObj(i -> cast(columns.getFields().get(i), given.get(i), types.get(i), !number.equals(NO_NUMBER)))
                .collect(Collectors.joining(", ", "SELECT ", ", CAST(" + number + " AS BIGINT) FROM " + from));
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                @Nullable Object[] cells = new Object[width];
                for (int i = 0; i < width; i++) {
                    cells[i] = cell(result, i + 1, columns.getFields().get(i).getType());
                }
                long beside = result.getLong(width + 1);
                each.take(result.wasNull() ? null : (Long) beside, new ArrayRow(cells));
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A table function over files. */
    static String files(String function, List<String> paths, String options) {
        return paths.stream()
                .map(SqlRows::text)
                .collect(Collectors.joining(", ", function + "([", "]" + options + ")"));
    }

    static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    static String name(String column) {
        return "\"" + column.replace("\"", "\"\"") + "\"";
    }

    /**
     * SQL of a cell as {@link #cell} reads it.
     *
     * @param type the SQL type of the expression: times of day are numbers in rows and times in files
     * @param ofSink whether the sink has written it: then a plain number is a time in the column's own unit, for which Parquet's Avro
     *     writer has no type; of others' numbers nobody knows the unit
     */
    private static String cast(Field field, String expression, String type, boolean ofSink) {
        return switch (field.getType()) {
            // As a number, so that nothing of it is cut.
            case ArrowType.Timestamp time ->
                ofSink && WHOLE.contains(type)
                        ? "CAST(" + expression + " AS BIGINT) * " + TimeUnits.nanosPer(time.getUnit())
                        : "epoch_ns(" + expression + ")";
            case ArrowType.Date date -> "date_diff('day', DATE '1970-01-01', CAST(" + expression + " AS DATE))";
            case ArrowType.Int number
            when TIMES_OF_DAY.contains(type) ->
                (number.getBitWidth() == Integer.SIZE ? "epoch_ms(" : "epoch_us(") + expression + ")";
            case ArrowType.Int number -> "CAST(" + expression + " AS BIGINT)";
            case ArrowType.FloatingPoint number -> "CAST(" + expression + " AS DOUBLE)";
            case ArrowType.Bool bool -> "CAST(" + expression + " AS BOOLEAN)";
            case ArrowType.Binary bytes -> "CAST(" + expression + " AS BLOB)";
            case ArrowType.Decimal number ->
                "CAST(%s AS DECIMAL(%d, %d))".formatted(expression, number.getPrecision(), number.getScale());
            default -> "CAST(" + expression + " AS VARCHAR)";
        };
    }

    private static @Nullable Object cell(ResultSet result, int column, ArrowType type) throws SQLException {
        Object cell = switch (type) {
            case ArrowType.Timestamp time -> TimeUnits.fromNanos(result.getLong(column), time.getUnit());
            case ArrowType.Date date -> result.getLong(column);
            case ArrowType.Int number -> result.getLong(column);
            case ArrowType.FloatingPoint number -> result.getDouble(column);
            case ArrowType.Bool bool -> result.getBoolean(column);
            case ArrowType.Binary bytes -> result.getBytes(column);
            case ArrowType.Decimal number -> result.getBigDecimal(column);
            default -> result.getString(column);
        };
        return result.wasNull() ? null : cell;
    }

    private static PolaroidException failed(SQLException cause) {
        return new PolaroidException(
                Problem.of(
                        ProblemCode.INVALID_ARGUMENT,
                        "history cannot be read: "
                                + String.valueOf(cause.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse("")),
                cause);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
