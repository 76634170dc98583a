package io.polaroid.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BatchKey;
import io.polaroid.schemas.stream.StreamDeclaration;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a stream hold the rows that the engine accepts, whatever else its topic holds and wherever a task begins again. */
class StreamHistoryTest {
    private static final Schema TRADE = new Schema.Parser().parse("""
        {"type": "record", "name": "Trade", "fields": [
          {"name": "symbol", "type": "string"},
          {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
          {"name": "price", "type": "double"},
          {"name": "trade_id", "type": "long"}]}\
        """);
    private static final long RETENTION_MICROS = 60_000_000;

    @TempDir
    Path folder;

    private final FakeRegistry registry = new FakeRegistry();
    private final List<SinkRecord> records = new ArrayList<>();
    private final List<String> accepted = new ArrayList<>();
    private final Map<Long, Long> acceptedIds = new HashMap<>();
    private long newest = Long.MIN_VALUE;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void historyIsWhatTheEngineAccepts(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        int id = registry.register("trades-value", TRADE).orThrow();
        topic(id, random, 2_000);
        play(random, sink(StreamFormat.AVRO, 100_000), 50, 700);
        long boundary = boundary();
        assertThat(boundary).isGreaterThan(1_500);
        assertThat(rows()).isEqualTo(acceptedTo(boundary));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void historyOfBatchesIsTheSameAndFilesMayEndWithinARecord(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        batches(random, 200);
        play(random, sink(StreamFormat.ARROW, 97), 5, 70);
        long boundary = boundary();
        assertThat(StreamFormat.ARROW.offset(boundary)).isGreaterThan(150);
        assertThat(rows()).isEqualTo(acceptedTo(boundary)).hasSizeGreaterThan(900);
    }

    private void play(SplittableRandom random, ParquetSink sink, int least, int most) {
        var partition = new org.apache.kafka.common.TopicPartition("trades", 2);
        int next = 0;
        while (next < records.size()) {
            var context = new FakeSinkTaskContext();
            var task = new ParquetSinkTask(new UnsyncedLakeFiles(), url -> registry);
            task.initialize(context);
            task.start(sink.toConnectorConfig(1));
            task.open(List.of(partition));
            int from = Math.toIntExact(context.offsets.get(partition));
            next = Math.min(records.size(), Math.max(next, from) + random.nextInt(least, most));
            task.put(records.subList(from, next));
            task.stop();
        }
    }

    private long boundary() throws Exception {
        return new LocalLakeFiles()
                .readManifest(folder, "trades", 2)
                .orElseThrow()
                .boundary();
    }

    private List<String> acceptedTo(long boundary) {
        return accepted.stream()
                .filter(row -> Long.parseLong(row.substring(0, row.indexOf(' '))) <= boundary)
                .toList();
    }

    /** Records of 1 to 20 rows, some of which are none; some records are no batches, or have no key. */
    private void batches(SplittableRandom random, int size) {
        var writer = BatchWriter.of(AvroArrow.toArrow(TRADE).orThrow());
        long now = 1_750_000_000_000_000L;
        long number = 0;
        for (int offset = 0; offset < size; offset++) {
            int kind = random.nextInt(30);
            var rows = new ArrayList<Row>();
            int count = random.nextInt(1, 21);
            for (int i = 0; i < count; i++) {
                now += random.nextInt(300_000);
                long time = now - (random.nextInt(5) == 0 ? random.nextInt(20_000_000) : 0);
                long feedId = random.nextInt(10) == 0 ? Math.max(0, number - random.nextInt(300)) : number;
                number++;
                int what = random.nextInt(30);
                double price = what == 0 ? -1 : what == 1 ? Double.NaN : random.nextInt(1_000);
                rows.add(ArrayRow.of(what == 2 ? "ETHUSDT" : "BTCUSDT", what == 3 ? null : time, price, feedId));
                if (kind > 1 && what > 3) {
                    engine(StreamFormat.ARROW.position(offset, i), time, price, feedId);
                }
            }
            byte[] value = writer.write(rows);
            byte[] key = kind == 0 ? null : BatchKey.bytes();
            byte[] sent = kind == 1 ? java.util.Arrays.copyOf(value, value.length / 2) : value;
            records.add(new SinkRecord("trades", 2, null, key, null, sent, offset));
        }
    }

    private void topic(int schema, SplittableRandom random, int size) {
        long now = 1_750_000_000_000_000L;
        for (int offset = 0; offset < size; offset++) {
            now += random.nextInt(300_000);
            long time = now - (random.nextInt(5) == 0 ? random.nextInt(20_000_000) : 0);
            long feedId = random.nextInt(10) == 0 ? Math.max(0, offset - random.nextInt(300)) : offset;
            int kind = random.nextInt(30);
            double price = kind == 0 ? -1 : kind == 1 ? Double.NaN : random.nextInt(1_000);
            String symbol = kind == 2 ? "ETHUSDT" : "BTCUSDT";
            byte[] key = kind == 3 ? null : (kind == 4 ? "other" : symbol).getBytes(StandardCharsets.UTF_8);
            byte[] value = Topic.wire(schema, cells(symbol, time, price, feedId));
            if (kind == 5) {
                value = java.util.Arrays.copyOf(value, value.length - 1);
            }
            records.add(new SinkRecord("trades", 2, null, key, null, value, offset));
            if (kind > 5) {
                engine(offset, time, price, feedId);
            }
        }
    }

    private void engine(long offset, long time, double price, long feedId) {
        Long known = acceptedIds.get(feedId);
        if (known != null && known >= newest - RETENTION_MICROS) {
            return;
        }
        acceptedIds.put(feedId, time);
        newest = Math.max(newest, time);
        accepted.add(offset + " " + time + " " + price);
    }

    private static GenericData.Record cells(String symbol, long time, double price, long feedId) {
        var cells = new GenericData.Record(TRADE);
        cells.put("symbol", symbol);
        cells.put("ts", time);
        cells.put("price", price);
        cells.put("trade_id", feedId);
        return cells;
    }

    private ParquetSink sink(StreamFormat format, long rows) {
        var trades = new StreamDeclaration(
                "trades", TRADE, List.of("symbol"), "ts", Optional.of("trade_id"), List.of("price >= 0"), 4, format);
        return new ParquetSink(
                folder,
                List.of(new ParquetSink.Stream(trades, Duration.ofNanos(RETENTION_MICROS * 1_000))),
                List.of("date"),
                rows,
                Duration.ofSeconds(10),
                URI.create("http://localhost:8081"));
    }

    private List<String> rows() throws Exception {
        String paths = new LocalLakeFiles()
                .readManifest(folder, "trades", 2).orElseThrow().files().stream()
                        .map(file -> "'" + folder.resolve("trades").resolve(file.path()) + "'")
                        .collect(Collectors.joining(","));
        var rows = new ArrayList<String>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET autoinstall_known_extensions=false; SET TimeZone='UTC'");
            try (var result = statement.executeQuery("SELECT concat_ws(' ', _offset, epoch_us(ts), price) FROM "
                    + "read_parquet([" + paths + "]) ORDER BY _offset")) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            }
        }
        return rows;
    }
}
