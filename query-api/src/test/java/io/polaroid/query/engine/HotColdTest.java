package io.polaroid.query.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.query.FakeLiveTable;
import io.polaroid.schemas.lake.Manifest;
import io.polaroid.schemas.lake.ManifestFile;
import io.polaroid.timeseries.result.ProblemCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables whose rows lie partly in Parquet, partly in the stores, against a model that holds them all. */
class HotColdTest {
    private static final String STREAM_COLUMNS =
            "symbol, make_timestamptz(ts) AS ts, price, trade_id, CAST(p AS INTEGER) AS _partition, o AS _offset";
    private static final String VIEW_COLUMNS =
            "symbol, make_timestamptz(ts) AS ts, close, CAST(revision AS INTEGER) AS revision,"
                    + " make_timestamptz(ts) AS published_at, o AS published_offset, 0 AS _partition, o AS _offset";

    @TempDir
    private Path folder;

    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void stop() {
        allocator.close();
    }

    private QueryEngine engine(FakeLiveTable table) throws IOException {
        var lake = Optional.of(folder.toRealPath());
        return Engines.open(allocator, Duration.ofSeconds(30), lake, List.of(lake.get()), List.of(table));
    }

    private void parquet(String table, String file, String values) throws Exception {
        Files.createDirectories(folder.resolve(table));
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute(
                    "COPY (" + values + ") TO '" + folder.resolve(table).resolve(file) + "' (FORMAT parquet)");
        }
    }

    private void manifest(String table, int partition, long boundary, List<Manifest.File> files) throws IOException {
        ManifestFile.write(
                folder.resolve(table).resolve("_manifest").resolve(partition + ".json"),
                new Manifest(table, partition, boundary, files));
    }

    private static Manifest.File file(String path, long first, long last, long maxTimeMillis) {
        return new Manifest.File(path, first, last, last - first + 1, 0, maxTimeMillis);
    }

    private static List<Object> trade(int partition, long offset) {
        return List.of("S" + offset % 3, 1_000 * offset + partition, offset * 0.5, offset, partition, offset);
    }

    private static String streamValues(int partition, long from, long to) {
        return "SELECT " + STREAM_COLUMNS + " FROM (SELECT 'S' || (o % 3) AS symbol, 1000 * o + " + partition
                + " AS ts, o * CAST(0.5 AS DOUBLE) AS price, o AS trade_id, " + partition + " AS p, o FROM range("
                + from + ", " + (to + 1) + ") r(o))";
    }

    private static String tsv(List<Object> row) {
        return row.stream().map(String::valueOf).collect(Collectors.joining("\t"));
    }

    /** Writes offsets 0 to boundary of a partition as one or two files, and its manifest. */
    private void sink(int partition, long boundary, Random random) throws Exception {
        var files = new ArrayList<Manifest.File>();
        long from = 0;
        while (from <= boundary) {
            long to = Math.min(boundary, from + random.nextLong(1, 40));
            var name = "p" + partition + "-" + from + ".parquet";
            parquet("trades", name, streamValues(partition, from, to));
            files.add(file(name, from, to, to));
            from = to + 1;
        }
        manifest("trades", partition, boundary, files);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void givesEachRowOfAStreamOnce(long seed) throws Exception {
        var random = new Random(seed);
        var table = FakeLiveTable.trades();
        var expected = new ArrayList<String>();
        for (int partition = 0; partition < 3; partition++) {
            long end = random.nextLong(0, 60);
            long boundary = random.nextLong(-1, end);
            long completeFrom = random.nextLong(0, boundary + 2);
            var hot = new ArrayList<List<Object>>();
            for (long offset = 0; offset < end; offset++) {
                expected.add(tsv(trade(partition, offset)));
                if (offset >= completeFrom || random.nextBoolean()) {
                    hot.add(trade(partition, offset));
                }
            }
            sink(partition, boundary, random);
            table.with(partition, completeFrom, end - 1, hot);
        }
        try (var engine = engine(table)) {
            assertThat(Engines.rows(engine, "SELECT * FROM trades").orThrow())
                    .as("seed %s", seed)
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(Engines.table(engine, "trades").orThrow())
                    .as("seed %s", seed)
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(Engines.rows(engine, "SELECT count(*) FROM trades a JOIN trades b USING (_partition, _offset)")
                            .orThrow())
                    .containsExactly(Integer.toString(expected.size()));
        }
    }

    @Test
    void neverGivesAShortAnswer() throws Exception {
        var table = FakeLiveTable.trades().with(0, 12, 19, List.of(trade(0, 15)));
        sink(0, 10, new Random(1));
        try (var engine = engine(table)) {
            var problem = Engines.problem(Engines.rows(engine, "SELECT * FROM trades"));
            assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_HOLE);
            assertThat(problem.detail()).contains("ends at offset 10").contains("begin at 12");
            assertThat(Engines.problem(Engines.table(engine, "trades"))).isEqualTo(problem);
            table.with(0, 11, 19, List.of(trade(0, 15)));
            assertThat(Engines.rows(engine, "SELECT count(*) FROM trades").orThrow())
                    .containsExactly("12");
        }
    }

    @Test
    void givesWhatIsRetainedWithoutASink() throws Exception {
        var table = FakeLiveTable.trades().with(0, 12, 19, List.of(trade(0, 5), trade(0, 15)));
        try (var engine = engine(table)) {
            assertThat(Engines.rows(engine, "SELECT _offset FROM trades").orThrow())
                    .containsExactly("5", "15");
        }
    }

    @Test
    void fillsColumnsThatOldFilesLack() throws Exception {
        var table = FakeLiveTable.trades().with(0, 1, 1, List.of(trade(0, 1)));
        parquet("trades", "old.parquet", "SELECT 'S0' AS symbol, 0 AS _partition, 0 AS _offset, 'x' AS gone");
        manifest("trades", 0, 0, List.of(file("old.parquet", 0, 0, 0)));
        try (var engine = engine(table)) {
            assertThat(Engines.rows(engine, "SELECT symbol, price FROM trades ORDER BY _offset")
                            .orThrow())
                    .containsExactly("S0\tnull", "S1\t0.5");
            assertThat(Engines.table(engine, "trades").orThrow())
                    .containsExactly("S0\tnull\tnull\tnull\t0\t0", "S1\t1000\t0.5\t1\t0\t1");
        }
    }

    @Test
    void readsFieldsOfNestedRecordsAndTimesOfDayFromFiles() throws Exception {
        var schema = new Schema(List.of(
                Field.nullable("quote.bid", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                Field.nullable("quote.by.name", new ArrowType.Utf8()),
                Field.nullable("at", new ArrowType.Int(64, true)),
                Field.nullable("quote.by.at", new ArrowType.Int(32, true)),
                Field.nullable("quote.fine", new ArrowType.Int(64, true)),
                Field.nullable("quote.ns", new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)),
                Field.nullable("_partition", new ArrowType.Int(32, true)),
                Field.nullable("_offset", new ArrowType.Int(64, true))));
        var table = FakeLiveTable.named("trades", schema)
                .with(0, 2, 2, List.of(List.of(2.5, "b", 7L, 8, 9L, 1_000_000_000L, 0, 2L)));
        parquet(
                "trades",
                "p0.parquet",
                "SELECT {'bid': CAST(1.5 AS DOUBLE), 'price': CAST(1 AS DECIMAL(9, 2)), 'by': {'name': 'a', 'at': TIME"
                        + " '00:00:00.006'}, 'fine': TIME '00:00:00.000004', 'ns': CAST(2000000003 AS BIGINT)} AS quote,"
                        + " TIME '00:00:00.000005' AS at, 0 AS _partition, 0 AS _offset UNION ALL SELECT NULL, NULL, 0,"
                        + " 1");
        manifest("trades", 0, 1, List.of(file("p0.parquet", 0, 1, 1)));
        var expected = List.of(
                "1.5\ta\t5\t6\t4\t1970-01-01T00:00:02.000000003\t0\t0",
                "null\tnull\tnull\tnull\tnull\tnull\t0\t1",
                "2.5\tb\t7\t8\t9\t1970-01-01T00:00:01\t0\t2");
        try (var engine = engine(table)) {
            assertThat(Engines.rows(engine, "SELECT * FROM trades ORDER BY _offset")
                            .orThrow())
                    .isEqualTo(expected);
            assertThat(Engines.table(engine, "trades").orThrow()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** One revision of a result; -1 is provisional. */
    private record Bar(String symbol, long ts, int revision, double close, long offset) {
        List<Object> row() {
            return revision < 0
                    ? List.of(symbol, ts, close, "null", "null", "null")
                    : List.of(symbol, ts, close, revision, ts, offset);
        }

        String values() {
            return "('" + symbol + "', CAST(" + ts + " AS BIGINT), CAST(" + close + " AS DOUBLE), " + revision
                    + ", CAST(" + offset + " AS BIGINT))";
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void givesTheNewestRevisionOfEachResultOnce(long seed) throws Exception {
        var random = new Random(seed);
        var published = new ArrayList<Bar>();
        var newest = new TreeMap<String, Bar>();
        for (long ts = 1; ts <= 30; ts++) {
            for (var symbol : List.of("A", "B")) {
                int revisions = random.nextInt(0, 4);
                for (int revision = 0; revision < revisions; revision++) {
                    published.add(new Bar(symbol, ts * 1_000, revision, random.nextInt(100), 0));
                }
            }
        }
        for (int i = 0; i < published.size(); i++) {
            var bar = published.get(i);
            var numbered = new Bar(bar.symbol(), bar.ts(), bar.revision(), bar.close(), i);
            published.set(i, numbered);
            newest.put(bar.symbol() + bar.ts(), numbered);
        }
        int boundary = random.nextInt(1, published.size());
        long horizon = published.get(random.nextInt(0, boundary)).ts();
        newest.put("A99", new Bar("A", 99_000, -1, 1, 0));
        var hot = newest.values().stream()
                .filter(bar -> bar.ts() >= horizon || bar.offset() >= boundary)
                .toList();
        var cold = published.subList(0, boundary).stream().map(Bar::values).collect(Collectors.joining(", "));
        parquet(
                "bars_1s",
                "p0.parquet",
                "SELECT " + VIEW_COLUMNS + " FROM (VALUES " + cold + ") v(symbol, ts, close, revision, o)");
        long lastMillis = published.get(boundary - 1).ts() / 1_000;
        manifest("bars_1s", 0, boundary - 1, List.of(file("p0.parquet", 0, boundary - 1, lastMillis)));
        var table = FakeLiveTable.bars()
                .with(0, horizon * 1_000, 100, hot.stream().map(Bar::row).toList());
        try (var engine = engine(table)) {
            assertThat(Engines.rows(engine, "SELECT * FROM bars_1s").orThrow())
                    .as("seed %s", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            newest.values().stream().map(bar -> tsv(bar.row())).toList());
            assertThat(Engines.table(engine, "bars_1s").orThrow())
                    .as("seed %s", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            newest.values().stream().map(bar -> tsv(bar.row())).toList());
        }
    }

    @Test
    void prefersAPublishedResultToAProvisionalOne() throws Exception {
        var bar = new Bar("A", 1_000, 0, 5, 0);
        parquet(
                "bars_1s",
                "p0.parquet",
                "SELECT " + VIEW_COLUMNS + " FROM (VALUES " + bar.values() + ") v(symbol, ts, close, revision, o)");
        manifest("bars_1s", 0, 0, List.of(file("p0.parquet", 0, 0, 1)));
        var table = FakeLiveTable.bars().with(0, 0, 1, List.of(new Bar("A", 1_000, -1, 6, 0).row()));
        try (var engine = engine(table)) {
            assertThat(Engines.rows(engine, "SELECT close, revision FROM bars_1s")
                            .orThrow())
                    .containsExactly("5.0\t0");
        }
    }

    @Test
    void seesAHoleInTheHistoryOfAView() throws Exception {
        var bar = new Bar("A", 1_000, 0, 5, 0);
        parquet(
                "bars_1s",
                "p0.parquet",
                "SELECT " + VIEW_COLUMNS + " FROM (VALUES " + bar.values() + ") v(symbol, ts, close, revision, o)");
        manifest("bars_1s", 0, 0, List.of(file("p0.parquet", 0, 0, 1)));
        var table = FakeLiveTable.bars().with(0, 5_000_000, 1, List.of());
        try (var engine = engine(table)) {
            assertThat(Engines.problem(Engines.rows(engine, "SELECT * FROM bars_1s"))
                            .code())
                    .isEqualTo(ProblemCode.HISTORY_HOLE);
        }
    }

    @Test
    void saysThatAManifestIsCorrupt() throws IOException, SQLException {
        Files.createDirectories(folder.resolve("trades/_manifest"));
        Files.writeString(folder.resolve("trades/_manifest/0.json"), "{");
        try (var engine = engine(FakeLiveTable.trades().with(0, 0, -1, List.of()))) {
            assertThat(Engines.problem(Engines.rows(engine, "SELECT * FROM trades"))
                            .code())
                    .isEqualTo(ProblemCode.CORRUPT_DATA);
        }
    }
}
