package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.lake.Manifest;
import io.polaroid.schemas.lake.ManifestFile;
import io.polaroid.topology.BatchOracle.Tick;
import io.polaroid.topology.ClusterMarket;
import io.polaroid.topology.app.ClusterTopics.Published;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The files of the sink, read by DuckDB as any reader would: the files that the manifests name. */
final class ClusterLake implements AutoCloseable {
    private final Path root;
    private final Connection duckdb;

    /** A row that has to be there, and where it stands in the topic. */
    private record Line(long offset, long micros, String text) {}

    ClusterLake(Path root) throws SQLException {
        this.root = root;
        this.duckdb = DriverManager.getConnection("jdbc:duckdb:");
        try (var statement = duckdb.createStatement()) {
            statement.execute("SET autoinstall_known_extensions=false; SET TimeZone='UTC'; SET threads=1");
        }
    }

    /** The files have each published row once, up to where the records say that the last file ends. Gives the number of rows. */
    int assertView(ClusterTopics topics, String view, int partition, List<Published> published) throws SQLException {
        var fields = topics.codec(view).arrowSchema().getFields();
        var names = fields.stream().map(Field::getName).toList();
        int revision = names.indexOf("revision");
        int rowOffset = names.indexOf("row_offset");
        var found = rows(
                view,
                partition,
                fields.stream().map(ClusterLake::plain).collect(Collectors.joining(", ")),
                cells -> cells[0] + "/" + cells[1] + (rowOffset < 0 ? "" : "/" + cells[rowOffset]) + " "
                        + cells[revision] + " "
                        + ClusterMarket.cells(
                                view,
                                column -> cells[column] == null,
                                column -> ((Number) cells[column]).doubleValue(),
                                column -> ((Number) cells[column]).longValue()));
        return assertLines(
                view,
                partition,
                found,
                published.stream()
                        .map(row -> new Line(
                                row.offset(), row.micros(), row.key() + " " + row.revision() + " " + row.cells()))
                        .toList());
    }

    /** The files have each row that is no duplicate once. Gives the number of rows. */
    int assertStream(String stream, String id, int partition, List<Tick> accepted) throws SQLException {
        var found = rows(
                stream, partition, "symbol, epoch_us(ts), " + id, cells -> cells[0] + " " + cells[1] + " " + cells[2]);
        return assertLines(
                stream,
                partition,
                found,
                accepted.stream()
                        .map(tick -> new Line(
                                tick.offset(),
                                tick.ts(),
                                tick.symbol() + " " + tick.ts() + " "
                                        + tick.id().orElseThrow()))
                        .toList());
    }

    private static String plain(Field field) {
        var name = "\"" + field.getName() + "\"";
        return field.getType() instanceof ArrowType.Timestamp ? "epoch_us(" + name + ")" : name;
    }

    private int assertLines(String table, int partition, List<String> found, List<Line> expected) {
        long boundary = manifest(table, partition).boundary();
        assertThat(found)
                .as("Parquet of %s-%d up to offset %d", table, partition, boundary)
                .isEqualTo(expected.stream()
                        .filter(line -> line.offset() <= boundary)
                        .map(line -> line.offset() + " " + line.text())
                        .toList());
        var open = expected.stream().filter(line -> line.offset() > boundary).toList();
        assertThat(open.size()).as("rows of %s-%d in no file", table, partition).isLessThan(ClusterSink.ROLL_ROWS);
        if (!open.isEmpty()) {
            assertThat(open)
                    .as("rows of %s-%d in no file, of one bucket at most", table, partition)
                    .allSatisfy(line -> assertThat(bucket(line)).isLessThanOrEqualTo(bucket(open.getFirst())));
        }
        return found.size();
    }

    private static long bucket(Line line) {
        return Math.floorDiv(line.micros() / 1_000, ClusterSink.ROLL_EVERY.toMillis());
    }

    private Manifest manifest(String table, int partition) {
        return ManifestFile.read(root.resolve(table).resolve("_manifest").resolve(partition + ".json"))
                .orThrow()
                .orElseGet(() -> new Manifest(table, partition, -1, List.of()));
    }

    /** Each row as its offset and a text, by offset. */
    private List<String> rows(String table, int partition, String columns, Function<Object[], String> text)
            throws SQLException {
        var files = manifest(table, partition).files();
        if (files.isEmpty()) {
            return List.of();
        }
        var paths = files.stream()
                .map(file -> "'" + root.resolve(table).resolve(file.path()) + "'")
                .collect(Collectors.joining(","));
        var rows = new ArrayList<String>();
        try (var statement = duckdb.createStatement();
                var result = statement.executeQuery(
                        "SELECT %s, _offset FROM read_parquet([%s], union_by_name=true) ORDER BY _offset"
                                .formatted(columns, paths))) {
            int width = result.getMetaData().getColumnCount();
            while (result.next()) {
                var cells = new Object[width];
                for (int i = 0; i < width; i++) {
                    cells[i] = result.getObject(i + 1);
                }
                rows.add(cells[width - 1] + " " + text.apply(cells));
            }
        }
        return rows;
    }

    @Override
    public void close() throws SQLException {
        duckdb.close();
    }
}
