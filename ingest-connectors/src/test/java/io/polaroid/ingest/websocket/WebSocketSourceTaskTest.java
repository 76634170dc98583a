package io.polaroid.ingest.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.ingest.replay.ReplayConfig;
import io.polaroid.ingest.replay.ReplayServer;
import io.polaroid.ingest.replay.TestRecording;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class WebSocketSourceTaskTest {
    private static final int USDM_MESSAGES = 87_402;
    private static final int COINM_MESSAGES = 21_422;

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final Map<String, RowCodec> codecs = Map.of(
            "trades",
                    RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry)
                            .orThrow(),
            "quotes",
                    RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry)
                            .orThrow(),
            "market.dead-letter",
                    RowCodec.of(BuiltInSchemas.deadLetter(), "market.dead-letter-value", registry)
                            .orThrow());

    @TempDir
    Path folder;

    private static ReplayServer serve(Path... recordings) {
        return ReplayServer.open(new ReplayConfig(List.of(recordings), "127.0.0.1", 0, 0, false))
                .orThrow();
    }

    private static String url(ReplayServer server, Path recording) {
        return "ws://127.0.0.1:" + server.port() + "/" + ReplayServer.stem(recording);
    }

    private static boolean isRow(SourceRecord row) {
        return !ControlRecord.isControl((byte[]) row.key());
    }

    private Row decode(SourceRecord row) {
        return codecs.get(row.topic()).decode((byte[]) row.value()).orThrow();
    }

    /** Polls and commits until so many rows have come, and a little longer. */
    private static List<SourceRecord> drain(TaskHarness task, int rows) throws InterruptedException {
        var all = new ArrayList<SourceRecord>();
        long seen = 0;
        for (int extra = 0; extra < 3; extra += seen >= rows ? 1 : 0) {
            List<SourceRecord> records = task.poll();
            task.commit(records);
            all.addAll(records);
            seen += records.stream().filter(WebSocketSourceTaskTest::isRow).count();
        }
        return all;
    }

    @Test
    void bringsTheWholeRecordingIntoTheStreams() throws InterruptedException {
        var rows = new ArrayList<SourceRecord>();
        try (var server = serve(TestRecording.USDM, TestRecording.COINM);
                var usdm = new TaskHarness(BinanceSource.at(url(server, TestRecording.USDM)), registry);
                var coinm = new TaskHarness(BinanceSource.at(url(server, TestRecording.COINM)), registry)) {
            rows.addAll(drain(usdm, USDM_MESSAGES));
            rows.addAll(drain(coinm, COINM_MESSAGES));
            assertThat(usdm.committed()).containsEntry("position", (long) USDM_MESSAGES);
        }
        rows.removeIf(row -> !isRow(row));
        Map<String, Long> counts =
                rows.stream().collect(Collectors.groupingBy(SourceRecord::topic, Collectors.counting()));
        assertThat(counts).isEqualTo(Map.of("trades", 23_599L, "quotes", 85_225L));
        var ids = new HashSet<String>();
        for (SourceRecord row : rows) {
            Row cells = decode(row);
            int id = row.topic().equals("trades") ? 4 : 6;
            String key = new String((byte[]) row.key(), StandardCharsets.UTF_8);
            ids.add(row.topic() + key + cells.longAt(id));
            assertThat(key).isEqualTo(cells.valueAt(0));
            assertThat(row.kafkaPartition()).isEqualTo(SeriesKey.partition(key, 4));
            assertThat(row.timestamp()).isEqualTo(cells.longAt(1) / 1_000);
        }
        assertThat(ids).hasSize(23_599 + 85_225);
        Row first = decode(rows.getFirst());
        assertThat(first.toString()).isNotEmpty();
        assertThat(List.of(first.valueAt(0), first.valueAt(1), first.valueAt(2), first.valueAt(5), first.valueAt(6)))
                .containsExactly("BTCUSDT", 1723161256313_000L, 61800.20, 2.510, 5123107839020L);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void losesAndRepeatsNothingWhenRestartedFromTheCommittedOffset(long seed) throws InterruptedException {
        var random = new SplittableRandom(seed);
        var ids = new ArrayList<Long>();
        int restarts = 0;
        try (var server = serve(TestRecording.COINM);
                var task = new TaskHarness(BinanceSource.at(url(server, TestRecording.COINM)), registry)) {
            while (ids.size() < COINM_MESSAGES) {
                List<SourceRecord> records = task.poll();
                // Three for certain: a fast machine brings all in as many polls.
                boolean crash = restarts < 3 || (restarts < 20 && random.nextInt(3) > 0);
                // A crash cuts anywhere: Connect may commit after any record.
                List<SourceRecord> kept =
                        crash ? records.subList(0, Math.min(records.size(), random.nextInt(2_500))) : records;
                task.commit(kept);
                kept.stream()
                        .filter(WebSocketSourceTaskTest::isRow)
                        .forEach(row -> ids.add(decode(row).longAt(row.topic().equals("trades") ? 4 : 6)));
                if (crash) {
                    task.restart();
                    restarts++;
                }
            }
            assertThat(task.poll().stream().filter(WebSocketSourceTaskTest::isRow))
                    .isEmpty();
        }
        assertThat(restarts).isGreaterThan(2);
        assertThat(ids).as("seed %d", seed).hasSize(COINM_MESSAGES);
        assertThat(new HashSet<>(ids)).as("seed %d", seed).hasSize(COINM_MESSAGES);
    }

    @Test
    void tellsEveryPartitionThatItIsUpAndFromWhen() throws InterruptedException {
        try (var server = serve(TestRecording.COINM);
                var task = new TaskHarness(BinanceSource.at(url(server, TestRecording.COINM)), registry)) {
            List<SourceRecord> first = drain(task, COINM_MESSAGES);
            task.restart();
            List<SourceRecord> second = drain(task, 0);
            assertThat(controls(first))
                    .hasSize(8)
                    .allSatisfy(up -> assertThat(up.value()).isNull());
            assertThat(first.subList(0, 8)).isEqualTo(controls(first));
            assertThat(controls(first).stream()
                            .map(up -> up.topic() + up.kafkaPartition())
                            .distinct())
                    .hasSize(8);
            assertThat(ControlRecord.fromKey((byte[]) first.getFirst().key()).orThrow())
                    .isEqualTo(new ControlRecord(
                            "exchange/0",
                            ControlRecord.Kind.UP,
                            0,
                            0,
                            symbolsOf(first.getFirst().kafkaPartition())));
            long last = 1723161601073_000_000L;
            assertThat(controls(second)).hasSize(8);
            assertThat(ControlRecord.fromKey((byte[]) second.getFirst().key()).orThrow())
                    .isEqualTo(new ControlRecord(
                            "exchange/0",
                            ControlRecord.Kind.UP,
                            last,
                            last,
                            symbolsOf(second.getFirst().kafkaPartition())));
            assertThat(task.committed()).containsEntry("session", 2L);
        }
    }

    private static List<String> symbolsOf(int partition) {
        return List.of("BTCUSDT", "BTCUSD_PERP").stream()
                .filter(symbol -> SeriesKey.partition(symbol, 4) == partition)
                .toList();
    }

    private static List<SourceRecord> controls(List<SourceRecord> records) {
        return records.stream().filter(row -> !isRow(row)).toList();
    }

    @Test
    void saysWhereTheFeedsOwnNumbersLeaveRowsOut() throws InterruptedException {
        var lines = new ArrayList<String>();
        lines.add("# {\"origin\":\"test\",\"licence\":\"Apache-2.0\",\"time\":[],\"id\":[]}");
        for (long id : new long[] {70, 71, 72, 75, 76, 90}) {
            lines.add("%d {\"data\":{\"e\":\"trade\",\"T\":%d,\"s\":\"BTCUSDT\",\"t\":%d,\"p\":\"1.5\",\"q\":\"2\"}}"
                    .formatted(id, 1_723_161_256_000L + id, id));
        }
        var recording = TestRecording.write(folder.resolve("holes.txt.gz"), lines);
        try (var server = serve(recording);
                var task = new TaskHarness(BinanceSource.counted(url(server, recording)), registry)) {
            var told = drain(task, 6).stream()
                    .filter(record -> record.topic().equals("trades"))
                    .map(record -> isRow(record)
                            ? "row " + decode(record).longAt(4)
                            : ControlRecord.fromKey((byte[]) record.key()).orThrow())
                    .filter(one -> one instanceof String
                            || one instanceof ControlRecord control && control.kind() == ControlRecord.Kind.GAP)
                    .map(one -> one instanceof ControlRecord gap
                            ? "gap of %s %d %d"
                                    .formatted(
                                            gap.series(),
                                            gap.fromNanos() / 1_000_000 % 1_000,
                                            gap.toNanos() / 1_000_000 % 1_000)
                            : one)
                    .toList();
            assertThat(told)
                    .isEqualTo(List.of(
                            "row 70",
                            "row 71",
                            "row 72",
                            "gap of [BTCUSDT] 72 75",
                            "row 75",
                            "row 76",
                            "gap of [BTCUSDT] 76 90",
                            "row 90"));
        }
    }

    @Test
    void saysWhatTheFeedLeftOutWhileTheTaskWasAway() throws InterruptedException {
        var lines = new ArrayList<String>();
        lines.add("# {\"origin\":\"test\",\"licence\":\"Apache-2.0\",\"time\":[],\"id\":[]}");
        for (long id = 70; id < 80; id++) {
            lines.add("%d {\"data\":{\"e\":\"trade\",\"T\":%d,\"s\":\"BTCUSDT\",\"t\":%d,\"p\":\"1.5\",\"q\":\"2\"}}"
                    .formatted(id, 1_723_161_256_000L + id, id));
        }
        var recording = TestRecording.write(folder.resolve("away.txt.gz"), lines);
        try (var server = serve(recording);
                var task = new TaskHarness(BinanceSource.counted(url(server, recording)), registry)) {
            List<SourceRecord> first = drain(task, 10);
            var third = first.stream()
                    .filter(WebSocketSourceTaskTest::isRow)
                    .toList()
                    .get(2);
            task.commit(List.of(third));
            // Given a restart at once: nothing is lost
            task.restart();
            assertThat(gaps(drain(task, 7))).isEmpty();
            // When the feed has not kept the next four of the ten
            task.commit(List.of(third));
            task.forget(4);
            task.restart();
            // Then they are told of, in front of the first row
            List<SourceRecord> second = drain(task, 3);
            assertThat(gaps(second)).containsExactly("[BTCUSDT] 72 77");
            assertThat(second.stream().filter(WebSocketSourceTaskTest::isRow)).hasSize(3);
        }
    }

    private static List<String> gaps(List<SourceRecord> records) {
        return controls(records).stream()
                .map(record -> ControlRecord.fromKey((byte[]) record.key()).orThrow())
                .filter(control -> control.kind() == ControlRecord.Kind.GAP)
                .map(gap -> "%s %d %d"
                        .formatted(
                                gap.series(), gap.fromNanos() / 1_000_000 % 1_000, gap.toNanos() / 1_000_000 % 1_000))
                .toList();
    }

    @Test
    void putsWhatIsNoRowIntoTheDeadLetterTopicWithItsPosition() throws InterruptedException {
        String good =
                "{\"data\":{\"e\":\"trade\",\"T\":1723161256313,\"s\":\"BTCUSDT\",\"t\":1,\"p\":\"1.5\",\"q\":\"2\"}}";
        var recording = TestRecording.write(
                folder.resolve("bad.txt.gz"),
                List.of(
                        "# {\"origin\":\"test\",\"licence\":\"Apache-2.0\",\"time\":[],\"id\":[]}",
                        "1 " + good,
                        "2 {\"data\":{\"e\":\"depth\"}}",
                        "3 " + good.replace("1.5", "NaN"),
                        "4 " + good.replace("BTCUSDT", "DOGE"),
                        "5 " + good.replace("\"q\":\"2\"", "\"x\":1")));
        try (var server = serve(recording);
                var task = new TaskHarness(BinanceSource.at(url(server, recording)), registry)) {
            List<SourceRecord> rows = drain(task, 4).stream()
                    .filter(WebSocketSourceTaskTest::isRow)
                    .toList();
            assertThat(rows.stream().map(SourceRecord::topic))
                    .containsExactly("trades", "market.dead-letter", "market.dead-letter", "market.dead-letter");
            List<Row> letters = rows.subList(1, 4).stream().map(this::decode).toList();
            assertThat(letters.stream().map(row -> row.valueAt(0)))
                    .containsExactly("not-a-number", "unknown-symbol", "missing-field");
            assertThat(letters.stream().map(row -> row.valueAt(5))).containsExactly(2L, 3L, 4L);
            assertThat(letters).allSatisfy(row -> {
                assertThat(row.valueAt(2)).isEqualTo("source:exchange");
                assertThat(row.valueAt(3)).isEqualTo("trades");
            });
            assertThat(new String((byte[]) letters.getFirst().valueAt(7), StandardCharsets.UTF_8))
                    .isEqualTo("{\"position\":2," + good.replace("1.5", "NaN").substring(1));
            assertThat(new String((byte[]) rows.get(1).key(), StandardCharsets.UTF_8))
                    .isEqualTo("trades");
            assertThat(task.committed()).containsEntry("position", 5L);
        }
    }

    @Test
    void failsWhenItsFeedHasGivenUp() throws InterruptedException {
        var source = BinanceSource.at("ws://127.0.0.1:1/", List.of(), new ReconnectPolicy(0, 1, 1, 1));
        try (var task = new TaskHarness(source, registry)) {
            assertThatThrownBy(() -> drain(task, 1))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("gave up");
        }
    }

    @Test
    void keepsWhatItCouldNotEncodeWhileTheRegistryIsAway() throws InterruptedException {
        var away = new AtomicBoolean(true);
        SchemaRegistry flaky = new SchemaRegistry() {
            @Override
            public Result<Integer> register(String subject, Schema schema) {
                return away.get()
                        ? Result.err(ProblemCode.REGISTRY_UNREACHABLE, "away")
                        : registry.register(subject, schema);
            }

            @Override
            public Result<Schema> byId(int id) {
                return registry.byId(id);
            }
        };
        try (var server = serve(TestRecording.COINM);
                var task = new TaskHarness(BinanceSource.at(url(server, TestRecording.COINM)), flaky)) {
            for (int failed = 0; failed < 3; failed++) {
                assertThatThrownBy(() -> drain(task, COINM_MESSAGES)).isInstanceOf(RetriableException.class);
            }
            away.set(false);
            List<SourceRecord> records = drain(task, COINM_MESSAGES);
            assertThat(records).hasSize(COINM_MESSAGES + 8);
            assertThat(task.committed()).containsEntry("session", 1L);
        }
    }
}
