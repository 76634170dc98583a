package io.polaroid.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.schemas.lake.Manifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task does with each kind of record, and what its files look like. */
class ParquetSinkTaskTest {
    private static final long SECOND = 1_000_000;

    @TempDir
    Path folder;

    private final Topic topic = new Topic();

    @Test
    void onePartitionEndsAllItsDaysTogether() throws Exception {
        Lake lake = lake(3);
        topic.row(Topic.START + 11 * SECOND, 1.5);
        topic.row(Topic.START, 2.5);
        topic.row(Topic.START + 12 * SECOND, 3.5);
        topic.row(Topic.START + 13 * SECOND, 4.5);
        Lake.Running running = lake.start(new UnsyncedLakeFiles());
        running.task().put(topic.records);
        assertThat(lake.manifest())
                .isEqualTo(new Manifest(
                        "bars_1m",
                        2,
                        9,
                        List.of(
                                new Manifest.File(
                                        "date=2025-06-16/bars_1m-2-7-9.parquet",
                                        7,
                                        9,
                                        2,
                                        1_750_032_001_000L,
                                        1_750_032_002_000L),
                                new Manifest.File(
                                        "date=2025-06-15/bars_1m-2-7-9.parquet",
                                        8,
                                        8,
                                        1,
                                        1_750_031_990_000L,
                                        1_750_031_990_000L))));
        assertThat(running.task().preCommit(Map.of()))
                .containsExactly(Map.entry(Topic.PARTITION, new OffsetAndMetadata(10)));
        assertThat(lake.query("SELECT DISTINCT concat(date, ' ', strftime(ts, '%Y-%m-%d')) FROM files ORDER BY 1"))
                .containsExactly("2025-06-15 2025-06-15", "2025-06-16 2025-06-16");
    }

    @Test
    void typesAreKeptAndOffsetsAdded() throws Exception {
        Lake lake = lake(2);
        topic.row(Topic.START, 1.5);
        topic.row(Topic.START + 1, 2.5);
        lake.start(new LocalLakeFiles()).task().put(topic.records);
        assertThat(lake.query("SELECT concat_ws(' ', name, type) FROM pragma_table_info('files') WHERE name <> 'date'"))
                .containsExactly(
                        "symbol VARCHAR",
                        "ts TIMESTAMP WITH TIME ZONE",
                        "close DOUBLE",
                        "revision INTEGER",
                        "published_at TIMESTAMP WITH TIME ZONE",
                        "_partition INTEGER",
                        "_offset BIGINT");
        assertThat(lake.query("SELECT concat_ws(' ', symbol, ts, close, revision, _partition, _offset) FROM files"))
                .containsExactly(
                        "BTCUSDT 2025-06-15 23:59:50+00 1.5 0 2 7", "BTCUSDT 2025-06-15 23:59:50.000001+00 2.5 0 2 8");
        assertThat(lake.query("SELECT DISTINCT compression FROM parquet_metadata('"
                        + folder.resolve(
                                "bars_1m/" + lake.manifest().files().getFirst().path()) + "')"))
                .containsExactly("ZSTD");
    }

    @Test
    void rowsOfAnotherSchemaHaveAFileOfTheirOwn() throws Exception {
        Lake lake = lake(3);
        topic.row(Topic.START, 1.5);
        topic.wider(Topic.START, 2.5);
        topic.row(Topic.START, 3.5);
        lake.start(new UnsyncedLakeFiles()).task().put(topic.records);
        assertThat(lake.manifest().files()).hasSize(2);
        assertThat(lake.manifest().files().get(1).path())
                .matches("date=2025-06-15/bars_1m-2-7-9-[0-9a-f]{16}\\.parquet");
        assertThat(lake.rows()).isEqualTo(topic.published);
    }

    @Test
    void whatIsNotPublishedIsSkippedAndCounted() throws Exception {
        Lake lake = lake(1);
        var random = new SplittableRandom(3);
        topic.provisional(Topic.START);
        topic.tombstone();
        topic.control();
        for (int i = 0; i < 50; i++) {
            topic.garbage(random);
        }
        topic.row(Topic.START, 1.5);
        Lake.Running running = lake.start(new UnsyncedLakeFiles());
        running.task().put(topic.records);
        assertThat(lake.rows()).isEqualTo(topic.published);
        assertThat(lake.manifest().files().getFirst().firstOffset()).isEqualTo(60);
        Counts counts = running.task().counts();
        assertThat(counts.rows()).isEqualTo(1);
        assertThat(counts.of(Decoded.Skipped.PROVISIONAL)).isEqualTo(1);
        assertThat(counts.of(Decoded.Skipped.TOMBSTONE)).isEqualTo(1);
        assertThat(counts.of(Decoded.Skipped.CONTROL)).isEqualTo(1);
        assertThat(counts.of(Decoded.Skipped.MALFORMED)).isEqualTo(50);
        assertThat(running.context().metrics.keySet())
                .containsExactlyInAnyOrder(
                        "rows-total",
                        "skipped-control-total",
                        "skipped-provisional-total",
                        "skipped-tombstone-total",
                        "skipped-malformed-total",
                        "skipped-misrouted-total",
                        "skipped-duplicate-total");
    }

    @Test
    void aHeartbeatEndsWhatAQuietFeedLeft() throws Exception {
        Lake lake = lake(1_000);
        topic.row(Topic.START, 1.5);
        topic.heartbeat(Topic.START + 10 * SECOND);
        Lake.Running running = lake.start(new UnsyncedLakeFiles());
        running.task().put(topic.records);
        assertThat(lake.manifest().boundary()).as("a feed may lag one bucket").isEqualTo(-1);
        topic.heartbeat(Topic.START + 20 * SECOND);
        running.task().put(topic.records.subList(2, 3));
        assertThat(lake.manifest().boundary()).isEqualTo(7);
    }

    @Test
    void aRegistryOutOfReachIsWaitedFor() throws Exception {
        Lake lake = lake(2);
        topic.row(Topic.START, 1.5);
        topic.wider(Topic.START, 2.5);
        topic.row(Topic.START, 3.5);
        Lake.Running running = lake.start(new UnsyncedLakeFiles());
        running.task().put(topic.records.subList(0, 1));
        topic.registry.reachable(false);
        assertThatThrownBy(() -> running.task().put(topic.records.subList(1, 3)))
                .isInstanceOf(RetriableException.class);
        topic.registry.reachable(true);
        running.task().put(topic.records.subList(1, 3));
        assertThat(lake.rows()).isEqualTo(topic.published.subList(0, 2));
    }

    @Test
    void aTopicThatBeginsAgainFailsTheTask() {
        Lake lake = lake(1);
        topic.row(Topic.START, 1.5);
        Lake.Running running = lake.start(new UnsyncedLakeFiles());
        running.task().put(topic.records);
        assertThatThrownBy(() -> running.task().put(topic.records))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("begins again at offset 7");
    }

    @Test
    void timesOutsideTheYearsOfNanosecondsAreMalformed() {
        topic.row(Long.MAX_VALUE, 1.5);
        var decoder = new RowDecoder(new ParquetSink.View("bars_1m", "ts"), topic.registry);
        assertThat(decoder.decode(topic.records.getFirst())).isEqualTo(Decoded.Skipped.MALFORMED);
    }

    @Test
    void nanosecondsEnumsAndListsAreReadBack() throws Exception {
        var schema = new org.apache.avro.Schema.Parser().parse("""
                {"type": "record", "name": "Tick", "fields": [
                  {"name": "ts", "type": ["null", {"type": "long", "logicalType": "timestamp-nanos"}]},
                  {"name": "side", "type": {"type": "enum", "name": "Side", "symbols": ["BUY", "SELL"]}},
                  {"name": "raw", "type": "bytes"},
                  {"name": "levels", "type": {"type": "array", "items": "double"}},
                  {"name": "revision", "type": ["null", "int"]}]}""");
        int id = topic.registry.register("bars_1m-value", schema).orThrow();
        var cells = new org.apache.avro.generic.GenericData.Record(schema);
        cells.put("ts", Topic.START * 1_000 + 7);
        cells.put(
                "side",
                new org.apache.avro.generic.GenericData.EnumSymbol(
                        schema.getField("side").schema(), "SELL"));
        cells.put("raw", java.nio.ByteBuffer.wrap(new byte[] {'a', 'b'}));
        cells.put("levels", List.of(1.5, 2.5));
        cells.put("revision", 3);
        topic.append(new byte[] {'k'}, Topic.wire(id, cells));
        Lake lake = lake(1);
        lake.start(new UnsyncedLakeFiles()).task().put(topic.records);
        assertThat(lake.query("SELECT concat_ws(' ', epoch_ns(ts), side, raw, levels::VARCHAR, revision) FROM files"))
                .containsExactly("1750031990000000007 SELL ab [1.5, 2.5] 3");
    }

    @Test
    void noBytesBreakTheDecoder() {
        var decoder = new RowDecoder(new ParquetSink.View("bars_1m", "ts"), topic.registry);
        topic.row(Topic.START, 1.5);
        byte[] good = (byte[]) topic.records.getFirst().value();
        for (long seed = 0; seed < 3_000; seed++) {
            var random = new SplittableRandom(seed);
            byte[] bytes = java.util.Arrays.copyOf(good, random.nextInt(good.length + 4));
            for (int i = 0; i < bytes.length && i < 4; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            topic.append(new byte[0], bytes);
            assertThat(decoder.decode(topic.records.getLast()))
                    .as("seed %d", seed)
                    .isNotNull();
        }
    }

    @Test
    void anEmptyValueIsMalformed() {
        topic.append("plain".getBytes(StandardCharsets.UTF_8), new byte[0]);
        var decoder = new RowDecoder(new ParquetSink.View("bars_1m", "ts"), topic.registry);
        assertThat(decoder.decode(topic.records.getFirst())).isEqualTo(Decoded.Skipped.MALFORMED);
    }

    private Lake lake(long rows) {
        return new Lake(folder, topic, rows, Duration.ofSeconds(10));
    }
}
