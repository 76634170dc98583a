package io.polaroid.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.stream.StreamDeclaration;
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
              {"name": "trade_id", "type": "long"}]}""");
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
        var partition = new org.apache.kafka.common.TopicPartition("trades", 2);
        int next = 0;
        while (next < records.size()) {
            var context = new FakeSinkTaskContext();
            var task = new ParquetSinkTask(new UnsyncedLakeFiles(), url -> registry);
            task.initialize(context);
            task.start(sink().toConnectorConfig(1));
            task.open(List.of(partition));
            int from = Math.toIntExact(context.offsets.get(partition));
            next = Math.min(records.size(), Math.max(next, from) + random.nextInt(50, 700));
            task.put(records.subList(from, next));
            task.stop();
        }
        long boundary = new LocalLakeFiles()
                .readManifest(folder, "trades", 2)
                .orElseThrow()
                .boundary();
        assertThat(boundary).isGreaterThan(1_500);
        assertThat(rows())
                .isEqualTo(accepted.stream()
                        .filter(row -> Long.parseLong(row.substring(0, row.indexOf(' '))) <= boundary)
                        .toList());
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

    private ParquetSink sink() {
        var trades = new StreamDeclaration(
                "trades", TRADE, List.of("symbol"), "ts", Optional.of("trade_id"), List.of("price >= 0"), 4);
        return new ParquetSink(
                folder,
                List.of(new ParquetSink.Stream(trades, Duration.ofNanos(RETENTION_MICROS * 1_000))),
                List.of("date"),
                100_000,
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
