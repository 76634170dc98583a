package io.polaroid.query.engine;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.catalog.Relation;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableScan;
import io.polaroid.timeseries.result.Result;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;

/**
 * Makes tables known to one query connection: a temporary view over a temporary table of the hot rows and a scan of the files.
 *
 * <p>The hot rows are copied once into the engine, because it reads an Arrow stream one time only and a statement may scan a
 * table more often than it names it. The copy lives as long as the connection.
 *
 * @param catalog what there is
 * @param allocator what scans are on loan to
 */
record TableBinder(Catalog catalog, BufferAllocator allocator) {
    /** How much of a table a statement needs. */
    enum Extent {
        /** The columns only. */
        COLUMNS,
        /** Columns and rows. */
        ROWS
    }

    /** Binds tables by name; the names that are bound, or the first problem. */
    Result<List<String>> bind(DuckDBConnection connection, List<String> names, Extent extent, QueryControl control)
            throws SQLException {
        var bound = new ArrayList<String>();
        for (var name : names) {
            switch (catalog.relation(name)) {
                case Result.Err<Relation>(var problem) -> {
                    return Result.err(problem);
                }
                case Result.Ok<Relation>(var relation) -> {
                    var query = relation(new Target(connection, bound.size(), control), relation, extent);
                    if (query instanceof Result.Err<String>(var problem)) {
                        return Result.err(problem);
                    }
                    execute(
                            connection,
                            control,
                            "CREATE TEMP VIEW " + Sql.name(relation.name()) + " AS " + query.orThrow());
                    bound.add(relation.name());
                }
            }
        }
        return Result.ok(bound);
    }

    /** Where the rows of one table go. */
    private record Target(DuckDBConnection connection, int number, QueryControl control) {
        String hot() {
            return "_hot_" + number;
        }

        String incoming() {
            return "_in_" + number;
        }
    }

    private Result<String> relation(Target target, Relation relation, Extent extent) throws SQLException {
        return switch (relation) {
            case Relation.Live live ->
                switch (extent) {
                    case COLUMNS ->
                        Result.ok(load(
                                target,
                                History.none(live.table()),
                                empty(live.table().schema())));
                    case ROWS -> live(target, live.table());
                };
            case Relation.Topic topic ->
                switch (extent) {
                    case COLUMNS -> Result.ok(load(target, empty(topic.schema()), "true"));
                    case ROWS -> topic(target, topic);
                };
        };
    }

    private Result<String> topic(Target target, Relation.Topic topic) throws SQLException {
        var read =
                topic.table().read(allocator, () -> target.control().stopped().isPresent());
        return switch (read) {
            case Result.Err<?>(var problem) -> Result.err(problem);
            case Result.Ok<io.polaroid.query.topic.TopicReader.TopicRows>(var rows) -> {
                try (rows) {
                    yield Result.ok(load(target, new RootsReader(allocator, topic.schema(), rows.batches()), "true"));
                }
            }
        };
    }

    /** The boundary of history is read before the snapshot: what the sink writes in between is then in both, never in neither. */
    private Result<String> live(Target target, LiveTable table) throws SQLException {
        var history = History.of(table, catalog.lake());
        if (history instanceof Result.Err<History>(var problem)) {
            return Result.err(problem);
        }
        var cold = history.orThrow();
        return switch (table.scan(allocator)) {
            case Result.Err<TableScan>(var problem) -> Result.err(problem);
            case Result.Ok<TableScan>(var scan) -> {
                try (scan) {
                    var hole = cold.hole(scan);
                    yield hole.isPresent()
                            ? Result.err(hole.get())
                            : Result.ok(load(target, cold, new ScanReader(allocator, table.schema(), scan)));
                }
            }
        };
    }

    /** Makes the history of a table known by the table's name, with the table's columns. */
    void bindCold(DuckDBConnection connection, History cold, QueryControl control) throws SQLException {
        var target = new Target(connection, 0, control);
        var query = load(target, cold, empty(cold.table().schema()));
        execute(connection, control, "CREATE TEMP VIEW " + Sql.name(cold.table().name()) + " AS " + query);
    }

    private RootsReader empty(Schema schema) {
        return new RootsReader(allocator, schema, List.of());
    }

    private String load(Target target, History cold, ArrowReader batches) throws SQLException {
        var hot = load(target, batches, cold.hotCondition());
        if (cold.files().isEmpty()) {
            return hot;
        }
        return cold.union(target.hot(), columns(target, Sql.name(target.hot())), columns(target, cold.scan()));
    }

    private String load(Target target, ArrowReader batches, String condition) throws SQLException {
        try (var stream = ArrowArrayStream.allocateNew(allocator)) {
            Data.exportArrayStream(allocator, batches, stream);
            try {
                target.connection().registerArrowStream(target.incoming(), stream);
                execute(
                        target.connection(),
                        target.control(),
                        "CREATE TEMP TABLE " + Sql.name(target.hot()) + " AS SELECT * FROM "
                                + Sql.name(target.incoming()) + " WHERE " + condition);
                execute(target.connection(), target.control(), "DROP VIEW " + Sql.name(target.incoming()));
            } finally {
                stream.release();
            }
        }
        return "SELECT * FROM " + Sql.name(target.hot());
    }

    /** Columns and their types, in order. */
    private static Map<String, String> columns(Target target, String from) throws SQLException {
        var columns = new LinkedHashMap<String, String>();
        try (var statement = target.connection().createStatement();
                var described = statement.executeQuery("DESCRIBE SELECT * FROM " + from)) {
            while (described.next()) {
                columns.put(described.getString(1), described.getString(2));
            }
        }
        return columns;
    }

    private static void execute(DuckDBConnection connection, QueryControl control, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            control.running(statement);
            statement.execute(sql);
        } finally {
            control.finished();
        }
    }
}
