package io.polaroid.query.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.query.FakeLiveTable;
import io.polaroid.timeseries.result.ProblemCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What SQL texts may do. */
class SqlGuardTest {
    @TempDir
    private Path folder;

    private final BufferAllocator allocator = new RootAllocator();
    private Path inside;
    private Path outside;
    private QueryEngine engine;

    @BeforeEach
    void start() throws IOException {
        inside = Files.createDirectory(folder.resolve("inside")).toRealPath();
        outside = Files.createDirectory(folder.resolve("outside")).toRealPath();
        Files.writeString(inside.resolve("in.csv"), "a,b\n1,2\n");
        Files.writeString(outside.resolve("out.csv"), "a,b\n1,2\n");
        Files.createSymbolicLink(inside.resolve("link.csv"), outside.resolve("out.csv"));
        var trades = FakeLiveTable.trades().with(0, 0, 0, List.of(List.of("A", 1L, 1.5, 7L, 0, 0L)));
        engine = Engines.open(allocator, Duration.ofSeconds(20), List.of(inside), trades);
    }

    @AfterEach
    void stop() {
        engine.close();
        allocator.close();
    }

    private ProblemCode refused(String sql) {
        return Engines.problem(Engines.rows(engine, sql)).code();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELECT 1; SELECT 2                                  | INVALID_PLAN
                    SELECT 1; COPY (SELECT 1) TO 'x'                    | NOT_ALLOWED
                    COPY (SELECT 1) TO 'x'                              | NOT_ALLOWED
                    ATTACH 'x.db'                                       | NOT_ALLOWED
                    PRAGMA version                                      | NOT_ALLOWED
                    SET memory_limit = '10GB'                           | NOT_ALLOWED
                    INSTALL httpfs                                      | NOT_ALLOWED
                    LOAD httpfs                                         | NOT_ALLOWED
                    CREATE TABLE t (i INT)                              | NOT_ALLOWED
                    DROP TABLE trades                                   | NOT_ALLOWED
                    INSERT INTO trades VALUES (1)                       | NOT_ALLOWED
                    EXPLAIN SELECT 1                                    | NOT_ALLOWED
                    CALL pragma_version()                               | NOT_ALLOWED
                    SELECT * FROM query('SELECT 1')                     | NOT_ALLOWED
                    SELECT * FROM query_table('trades')                 | NOT_ALLOWED
                    SELECT * FROM arrow_scan(1, 2, 3)                   | NOT_ALLOWED
                    SELECT * FROM read_text('/etc/hostname')            | NOT_ALLOWED
                    SELECT (SELECT max(content) FROM read_blob('x'))    | NOT_ALLOWED
                    SELECT * FROM duckdb_settings()                     | NOT_ALLOWED
                    SELECT * FROM read_csv('/etc/passwd')               | NOT_ALLOWED
                    SELECT * FROM read_parquet('http://127.0.0.1:1/x')  | NOT_ALLOWED
                    SELECT * FROM '/etc/passwd'                         | UNKNOWN_TABLE
                    SELECT * FROM information_schema.tables             | UNKNOWN_TABLE
                    SELECT * FROM trade                                 | UNKNOWN_TABLE
                    WITH c AS (SELECT * FROM nope) SELECT * FROM c      | UNKNOWN_TABLE
                    SELECT prize FROM trades                            | UNKNOWN_COLUMN
                    SELECT trades.prize FROM trades                     | UNKNOWN_COLUMN
                    SELEC 1                                             | INVALID_PLAN
                    SELECT no_such_function(1)                          | INVALID_PLAN
                    SELECT CAST('x' AS INTEGER)                         | INVALID_ARGUMENT
                    """)
    void refuses(String sql, ProblemCode code) {
        assertThat(refused(sql)).isEqualTo(code);
    }

    @Test
    void refusesTextWithoutAStatement() {
        assertThat(refused("")).isEqualTo(ProblemCode.INVALID_PLAN);
        assertThat(refused("-- nothing")).isEqualTo(ProblemCode.INVALID_PLAN);
    }

    @Test
    void readsFilesOfItsFoldersOnly() {
        assertThat(Engines.rows(engine, "SELECT a, b FROM read_csv('" + inside + "/in.csv')")
                        .orThrow())
                .containsExactly("1\t2");
        assertThat(refused("SELECT * FROM read_csv('" + outside + "/out.csv')")).isEqualTo(ProblemCode.NOT_ALLOWED);
        assertThat(refused("SELECT * FROM read_csv('" + inside + "/../outside/out.csv')"))
                .isEqualTo(ProblemCode.NOT_ALLOWED);
        assertThat(refused("SELECT * FROM read_csv('" + inside + "/link.csv')")).isEqualTo(ProblemCode.NOT_ALLOWED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELECT symbol FROM trades                                                      | A
                    SELECT symbol FROM TRADES t                                                    | A
                    FROM trades SELECT symbol                                                      | A
                    SELECT symbol FROM main.trades                                                 | A
                    SELECT a.symbol FROM trades a JOIN trades b USING (symbol)                     | A
                    WITH trades AS (SELECT 'Z' AS symbol) SELECT symbol FROM trades                | Z
                    WITH c AS (SELECT * FROM trades) SELECT x.symbol FROM c x, c y                 | A
                    WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 3) SELECT max(i) FROM r | 3
                    SELECT (SELECT count(*) FROM trades)                                           | 1
                    SELECT 1 WHERE EXISTS (SELECT 1 FROM trades WHERE price > 1)                   | 1
                    SELECT symbol FROM trades;                                                     | A
                    VALUES (1)                                                                     | 1
                    """)
    void allows(String sql, String answer) {
        assertThat(Engines.rows(engine, sql).orThrow()).containsExactly(answer);
    }

    @Test
    void saysWhyAStatementFailedWhileItRan() {
        var early =
                "SELECT CAST(x AS INTEGER) FROM (SELECT CASE WHEN i = 3 THEN 'x' ELSE '1' END AS x FROM range(10) r(i))";
        var late = early.replace("i = 3", "i = 4000000").replace("range(10)", "range(5000000)");
        for (var sql : List.of(early, late)) {
            var problem = Engines.problem(Engines.rows(engine, sql));
            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_ARGUMENT);
            assertThat(problem.detail())
                    .contains("Could not convert string 'x' to INT32")
                    .doesNotContain("LINE");
        }
    }

    @Test
    void describesWithoutRunning() {
        assertThat(engine.describe("SELECT symbol, price * 2 AS twice FROM trades")
                        .orThrow()
                        .getFields())
                .extracting(field -> field.getName() + " " + field.getType())
                .containsExactly("symbol Utf8", "twice FloatingPoint(DOUBLE)");
        assertThat(engine.describe("SELECT * FROM trades -- all").orThrow().getFields())
                .hasSize(6);
        assertThat(Engines.problem(engine.describe("SELECT 1) UNION ALL (SELECT 2"))
                        .code())
                .isEqualTo(ProblemCode.INVALID_PLAN);
    }
}
