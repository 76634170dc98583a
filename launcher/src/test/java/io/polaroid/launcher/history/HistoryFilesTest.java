package io.polaroid.launcher.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.launcher.config.ParquetSpec;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.lake.Manifest;
import io.polaroid.schemas.lake.ManifestFile;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.prove.History;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of files as rows of streams. */
class HistoryFilesTest {
    private static final Schema TICK = new Schema.Parser().parse("""
        {"type": "record", "name": "Tick", "fields": [
          {"name": "symbol", "type": "string"},
          {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-nanos"}},
          {"name": "price", "type": ["null", "double"], "default": null},
          {"name": "note", "type": ["null", "string"], "default": null}]}\
        """);

    @TempDir
    Path folder;

    private static StreamSpec stream(Schema schema, Optional<String> id) {
        return new StreamSpec(
                "trades", schema, List.of("symbol"), "ts", id, Duration.ofHours(1), List.of("price > 0"), 1);
    }

    private static void sql(String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void historyOfSinksKeepsNanosecondsAndTheOrderOfOffsets() throws Exception {
        // Given two files of one cut that overlap by offset; one lacks a column
        Path table = Files.createDirectories(folder.resolve("trades"));
        String time = "make_timestamp_ns(1723161256123456789 + o)";
        sql("COPY (SELECT 'A' AS symbol, %s AS ts, o / 4.0 AS price, 'n' || o AS note, 3 AS _partition, o AS _offset"
                        .formatted(time)
                + " FROM range(0, 20, 2) t(o)) TO '" + table.resolve("even.parquet") + "'");
        sql("COPY (SELECT 'A' AS symbol, %s AS ts, o / 4.0 AS price, 3 AS _partition, o AS _offset".formatted(time)
                + " FROM range(1, 20, 2) t(o)) TO '" + table.resolve("odd.parquet") + "'");
        ManifestFile.write(
                table.resolve("_manifest").resolve("3.json"),
                new Manifest(
                        "trades",
                        3,
                        19,
                        List.of(
                                new Manifest.File("even.parquet", 0, 18, 10, 0, 0),
                                new Manifest.File("odd.parquet", 1, 19, 10, 0, 0))));
        History history = new ParquetHistory(
                List.of(new ParquetSpec("lake", List.of("trades"), folder, List.of(), 1, Duration.ofSeconds(1))));
        // When
        var read = new ArrayList<String>();
        history.read(
                "trades",
                3,
                AvroArrow.toArrow(TICK).orThrow(),
                5,
                (offset, row) -> read.add(offset + " " + row.longAt(1) + " " + row.doubleAt(2) + " " + row.valueAt(3)));
        // Then
        assertThat(history.boundary("trades", 3)).isEqualTo(19);
        assertThat(history.boundary("trades", 2)).isEqualTo(-1);
        assertThat(read)
                .containsExactly(
                        "0 1723161256123456789 0.0 n0",
                        "1 1723161256123456790 0.25 null",
                        "2 1723161256123456791 0.5 n2",
                        "3 1723161256123456792 0.75 null",
                        "4 1723161256123456793 1.0 n4");
    }

    @Test
    void parquetOfOthersIsReadByColumnExpressions() throws Exception {
        Path file = folder.resolve("others.parquet");
        sql("COPY (SELECT TIMESTAMPTZ '2024-08-08 23:54:16.5Z' AS timestamp, 61000.5 AS price, 0.25 AS quantity, 7 AS"
                + " trade_id UNION ALL SELECT TIMESTAMPTZ '2024-08-08 23:54:17Z', -1, 1, 8) TO '" + file
                + "' (CODEC 'SNAPPY')");
        var given = new Given(
                List.of(file.toString()),
                List.of(),
                "$",
                Map.of("symbol", "'BTCUSDT'", "ts", "\"timestamp\"", "size", "quantity"));
        var brought = given.of(stream(BuiltInSchemas.trade(), Optional.of("trade_id")));
        assertThat(brought.size()).isEqualTo(1);
        assertThat(brought.refused())
                .as("the price that the stream's check refuses")
                .isEqualTo(1);
    }

    @Test
    void numbersOfOthersAreNoTimes() throws Exception {
        Path file = folder.resolve("numbers.parquet");
        sql("COPY (SELECT 'A' AS symbol, 1723161256000 AS ts, 1.0 AS price, 1.0 AS size) TO '" + file + "'");
        var given = new Given(List.of(file.toString()), List.of(), "$", Map.of());
        assertThatThrownBy(() -> given.of(stream(BuiltInSchemas.trade(), Optional.empty())))
                .isInstanceOf(PolaroidException.class)
                .hasMessageContaining("epoch_ns(BIGINT)");
    }

    @Test
    void pagesOfRestServicesAreReadByPointers() throws Exception {
        Path kraken = folder.resolve("kraken.json");
        Files.writeString(kraken, """
            {"error": [], "result": {"XBTUSDT": [["105433.6", "0.00027625", 1762795433.9717445, "b", "l", "", 10218208],
             ["105410.1", "0.00005", 1762795457.8467374, "b", "m", "", 10218209]], "last": "1"}}\
            """);
        Path binance = folder.resolve("binance.json");
        Files.writeString(binance, """
            [{"id":28457,"price":"4.00000100","qty":"12.0","time":1499865549590,"isBuyerMaker":true}]\
            """);
        var trades = stream(BuiltInSchemas.trade(), Optional.of("trade_id"));
        var first = new Given(
                List.of(),
                List.of(kraken.toString()),
                "$.result.XBTUSDT",
                Map.of("symbol", "'XBT'", "ts", "/2:s", "price", "/0", "size", "/1", "trade_id", "/6"));
        var second = new Given(
                List.of(),
                List.of(binance.toString()),
                "$",
                Map.of("symbol", "'BTCUSDT'", "ts", "/time:ms", "size", "/qty", "trade_id", "/id"));
        assertThat(first.of(trades).size()).isEqualTo(2);
        assertThat(second.of(trades).size()).isEqualTo(1);
        assertThat(first.of(trades).refused() + second.of(trades).refused()).isZero();
    }

    @Test
    void mistakesAreNamed() {
        var trades = stream(BuiltInSchemas.trade(), Optional.empty());
        assertThatThrownBy(() -> new Given(List.of("/nowhere/*.parquet"), List.of(), "$", Map.of()).of(trades))
                .isInstanceOf(PolaroidException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> new Given(List.of(), List.of("x"), "$", Map.of("sise", "/q")).of(trades))
                .hasMessageContaining("no column \"sise\"");
    }
}
