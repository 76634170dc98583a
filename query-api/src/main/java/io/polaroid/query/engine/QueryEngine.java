package io.polaroid.query.engine;

import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.engine.Statements.Reference;
import io.polaroid.query.engine.TableBinder.Extent;
import io.polaroid.store.read.LiveTable;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/**
 * Runs SELECT statements over the tables of a catalog and files in allowed folders. Thread-safe; each query has a connection
 * of its own, on which the tables that it names are bound. Calls block in native code, so they belong on platform threads.
 */
public final class QueryEngine implements AutoCloseable {
    /** Rows of a result batch. */
    public static final int BATCH_ROWS = 32_768;

    private final DuckDBConnection database;
    private final TableBinder binder;
    private final BufferAllocator allocator;
    private final EngineLimits limits;
    private final Semaphore permits;
    private final ScheduledExecutorService timer;
    private final LiveScans scans;

    private QueryEngine(DuckDBConnection database, TableBinder binder, EngineLimits limits) {
        this.database = database;
        this.binder = binder;
        this.allocator = binder.allocator();
        this.limits = limits;
        this.permits = new Semaphore(limits.queries(), true);
        var alarms = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("query-timer").factory());
        alarms.setRemoveOnCancelPolicy(true);
        this.timer = alarms;
        this.scans = new LiveScans(binder, timer);
    }

    /**
     * Starts the engine, locked down: no network, no files outside the folders, no extensions, no changes of its settings.
     *
     * @param allocator what snapshots and results are made from; must outlive the engine
     */
    public static QueryEngine open(EngineLimits limits, Catalog catalog, BufferAllocator allocator) {
        var properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        try {
            var database = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
            try (var statement = database.createStatement()) {
                for (var setting : settings(limits)) {
                    statement.execute(setting);
                }
            }
            return new QueryEngine(database, new TableBinder(catalog, allocator), limits);
        } catch (SQLException e) {
            throw new PolaroidException(EngineProblems.of(e.getMessage()), e);
        }
    }

    private static List<String> settings(EngineLimits limits) {
        return List.of(
                "SET autoinstall_known_extensions = false",
                "SET autoload_known_extensions = false",
                "SET TimeZone = 'UTC'",
                "SET memory_limit = " + Sql.text(limits.memoryBytes() + "B"),
                "SET threads = " + limits.threads(),
                "SET temp_directory = ''",
                "SET allowed_directories = "
                        + Sql.texts(
                                limits.folders().stream().map(Path::toString).toList()),
                "SET enable_external_access = false",
                "SET lock_configuration = true");
    }

    /** A run that queries and operations are part of; its time begins when it is armed. */
    public QueryRun begin(QueryControl control) {
        return new QueryRun(control, timer, limits.timeout());
    }

    /**
     * Starts a query.
     *
     * @param control stops it
     * @return its rows, which the caller closes, or why it does not run
     */
    public Result<QueryResult> query(String sql, QueryControl control) {
        var run = new QueryRun(control, timer, limits.timeout());
        run.arm();
        var started = attempt(run, sql);
        run.disarm();
        if (started instanceof Result.Err<QueryResult>) {
            run.close();
        }
        return started;
    }

    /**
     * All rows of a table. Those of a live table come as they lie in the stores, where the engine would not make other types of
     * its columns, and newest revisions do not have to be looked for in its history.
     *
     * @return its rows, which the caller closes, or why they cannot be had
     */
    public Result<QueryResult> table(String name, QueryControl control) {
        String sql = "SELECT * FROM " + Sql.name(name);
        var asked = binder.catalog().find(name).flatMap(relation -> scans.asked(relation, () -> describe(sql)));
        if (asked.isEmpty()) {
            return query(sql, control);
        }
        // as it is before the scan: what the sink writes in between is then in both, never in neither
        return scans.history(asked.get()).flatMap(cold -> {
            if (cold.table().kind() == LiveTable.Kind.VIEW && !cold.files().isEmpty()) {
                return query(sql, control);
            }
            var run = new QueryRun(control, timer, limits.timeout());
            run.arm();
            var started = scan(run, asked.get(), cold);
            run.disarm();
            if (started instanceof Result.Err<QueryResult>) {
                run.close();
            }
            return started;
        });
    }

    /** Ends all tables that are being read as they lie, so that nobody holds memory on loan when the server closes. */
    public void cancelScans() {
        scans.cancel();
    }

    private Result<QueryResult> scan(QueryRun run, LiveScans.Asked asked, History cold) {
        try {
            if (!admitted(run)) {
                return busy();
            }
            var files = cold.files().isEmpty() ? Optional.<ArrowReader>empty() : Optional.of(history(run, cold));
            return scans.start(run, asked, cold, files);
        } catch (SQLException | IOException | RuntimeException e) {
            return Result.err(run.problem(e));
        }
    }

    private ArrowReader history(QueryRun run, History cold) throws SQLException, IOException {
        var connection = run.add(database.duplicate());
        binder.bindCold(connection, cold, run.control());
        var statement = run.add(connection.createStatement());
        run.control().running(statement);
        var rows = run.add((DuckDBResultSet)
                statement.executeQuery("SELECT * FROM " + Sql.name(cold.table().name())));
        return run.add((ArrowReader) rows.arrowExportStream(allocator, BATCH_ROWS));
    }

    private <T> Result<T> busy() {
        return Result.err(Problem.of(
                        ProblemCode.BUDGET_EXCEEDED,
                        limits.queries() + " queries are running, which is the most at a time; ask again later")
                .with("limit", "queries"));
    }

    /** The columns that a query would give, found without reading rows of live tables. */
    public Result<Schema> describe(String sql) {
        var run = new QueryRun(new QueryControl(), timer, limits.timeout());
        run.arm();
        // the text is parsed on its own first, so that it cannot close the bracket that is put around it
        try (run) {
            return prepare(run, sql, Extent.COLUMNS)
                    .map(prepared -> new Prepared(
                            prepared.connection(),
                            "SELECT * FROM (\n" + Sql.withoutEnd(prepared.sql()) + "\n) LIMIT 0"))
                    .flatMap(prepared -> columns(run, prepared));
        } catch (SQLException | RuntimeException e) {
            return Result.err(run.problem(e));
        }
    }

    private Result<Schema> columns(QueryRun run, Prepared prepared) {
        try {
            return Result.ok(execute(run, prepared).schema());
        } catch (SQLException | IOException e) {
            return Result.err(run.problem(e));
        }
    }

    /** How the engine would run a query, as its JSON. */
    public Result<String> explain(String sql) {
        var run = new QueryRun(new QueryControl(), timer, limits.timeout());
        run.arm();
        try (run) {
            return prepare(run, sql, Extent.ROWS).flatMap(prepared -> explain(run, prepared));
        } catch (SQLException | RuntimeException e) {
            return Result.err(run.problem(e));
        }
    }

    private static Result<String> explain(QueryRun run, Prepared prepared) {
        try (var statement = prepared.connection().createStatement();
                var plan = statement.executeQuery("EXPLAIN (FORMAT JSON) " + prepared.sql())) {
            plan.next();
            return Result.ok(plan.getString(2));
        } catch (SQLException e) {
            return Result.err(run.problem(e));
        }
    }

    private Result<QueryResult> attempt(QueryRun run, String sql) {
        try {
            return switch (prepare(run, sql, Extent.ROWS)) {
                case Result.Err<Prepared>(var problem) -> Result.err(problem);
                case Result.Ok<Prepared>(var prepared) -> Result.ok(execute(run, prepared));
            };
        } catch (SQLException | IOException | RuntimeException e) {
            return Result.err(run.problem(e));
        }
    }

    /** A statement whose tables are bound on a connection, which the run owns. */
    private record Prepared(DuckDBConnection connection, String sql) {}

    private Result<Prepared> prepare(QueryRun run, String sql, Extent extent) throws SQLException {
        if (!admitted(run)) {
            return busy();
        }
        var connection = run.add(database.duplicate());
        var parsed = Statements.parse(connection, sql);
        if (parsed instanceof Result.Err<List<Reference>>(var problem)) {
            return Result.err(problem);
        }
        var references = parsed.orThrow();
        var names = references.stream()
                .map(reference -> reference.table().toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
        return binder.bind(connection, names, extent, run.control())
                .map(bound -> new Prepared(connection, References.flatten(sql, references)));
    }

    private boolean admitted(QueryRun run) {
        try {
            if (!permits.tryAcquire(limits.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        run.add(permits::release);
        return true;
    }

    private QueryResult execute(QueryRun run, Prepared prepared) throws SQLException, IOException {
        var statement = run.add(prepared.connection().createStatement());
        run.control().running(statement);
        try {
            var rows = run.add((DuckDBResultSet) statement.executeQuery(prepared.sql()));
            var reader = run.add((ArrowReader) rows.arrowExportStream(allocator, BATCH_ROWS));
            return QueryResult.of(reader, run);
        } catch (SQLException e) {
            throw run.control().stopped().isEmpty() && EngineProblems.isMute(e) ? reason(run, prepared, e) : e;
        }
    }

    /**
     * Why a statement failed. The driver loses the message of a streamed result that fails before its first batch, and keeps
     * that of a statement which is run to be measured.
     */
    private static SQLException reason(QueryRun run, Prepared prepared, SQLException mute) throws SQLException {
        try (var statement = prepared.connection().createStatement()) {
            run.control().running(statement);
            statement.execute("EXPLAIN ANALYZE " + prepared.sql());
            return mute;
        } catch (SQLException e) {
            return e;
        }
    }

    /**
     * Writes rows that are in memory into a Parquet file.
     *
     * @param file inside the engine's folders; replaced if it is there
     * @param compression one that the engine knows
     */
    public Result<Long> writeParquet(VectorSchemaRoot rows, Path file, String compression, QueryControl control) {
        var run = new QueryRun(control, timer, limits.timeout());
        run.arm();
        try (run;
                var stream = ArrowArrayStream.allocateNew(allocator)) {
            var connection = run.add(database.duplicate());
            Data.exportArrayStream(allocator, new RootsReader(allocator, rows.getSchema(), List.of(rows)), stream);
            try (var statement = connection.createStatement()) {
                connection.registerArrowStream("_rows", stream);
                control.running(statement);
                statement.execute("COPY (SELECT * FROM _rows) TO " + Sql.text(file.toString())
                        + " (FORMAT parquet, COMPRESSION " + Sql.text(compression) + ")");
                return Result.ok((long) rows.getRowCount());
            } finally {
                stream.release();
            }
        } catch (SQLException | RuntimeException e) {
            return Result.err(run.problem(e));
        }
    }

    /** Stops the engine. Queries must have ended: their results hold what it frees. */
    @Override
    public void close() {
        try (var resources = new Resources()) {
            resources.add(database);
            resources.add(timer::shutdownNow);
        }
    }
}
