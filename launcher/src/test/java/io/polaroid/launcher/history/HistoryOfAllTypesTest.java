package io.polaroid.launcher.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.polaroid.launcher.config.ParquetSpec;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.sinks.parquet.ParquetSink;
import io.polaroid.sinks.parquet.ParquetSinkTask;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.pipeline.StreamSpec;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.avro.Schema;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code prove} and {@code backfill} read from the sink's files is what the topic has, for columns of every type, in nested records too. */
class HistoryOfAllTypesTest {
    private static final Schema READING = new Schema.Parser().parse("""
        {"type": "record", "name": "Reading", "fields": [
          {"name": "symbol", "type": "string"},
          {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-nanos"}},
          {"name": "at", "type": {"type": "int", "logicalType": "time-millis"}},
          {"name": "fine", "type": {"type": "long", "logicalType": "time-micros"}},
          {"name": "maybe", "type": ["null", {"type": "long", "logicalType": "time-micros"}], "default": null},
          {"name": "ms", "type": {"type": "long", "logicalType": "timestamp-millis"}},
          {"name": "us", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}], "default": null},
          {"name": "localMs", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
          {"name": "localUs", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
          {"name": "localNs", "type": {"type": "long", "logicalType": "local-timestamp-nanos"}},
          {"name": "day", "type": {"type": "int", "logicalType": "date"}},
          {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 3}},
          {"name": "flag", "type": "boolean"}, {"name": "few", "type": "float"}, {"name": "many", "type": "double"},
          {"name": "number", "type": "int"}, {"name": "raw", "type": ["null", "bytes"], "default": null},
          {"name": "id4", "type": {"type": "fixed", "name": "Four", "size": 4}},
          {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["ON", "OFF"]}},
          {"name": "place", "type": {"type": "record", "name": "Place", "fields": [
            {"name": "at", "type": {"type": "int", "logicalType": "time-millis"}},
            {"name": "fine", "type": ["null", {"type": "long", "logicalType": "time-micros"}], "default": null},
            {"name": "since", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "nanos", "type": ["null", {"type": "long", "logicalType": "timestamp-nanos"}], "default": null},
            {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-nanos"}},
            {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}], "default": null},
            {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
            {"name": "deep", "type": ["null", {"type": "record", "name": "Deep", "fields": [
              {"name": "fine", "type": {"type": "long", "logicalType": "time-micros"}},
              {"name": "kind", "type": "Kind"}]}], "default": null}]}}]}\
        """);
    private static final TopicPartition PARTITION = new TopicPartition("readings", 0);
    private static final int ROWS = 300;

    @TempDir
    Path folder;

    private final org.apache.arrow.vector.types.pojo.Schema columns =
            AvroArrow.toArrow(READING).orThrow();
    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final RowCodec codec =
            RowCodec.of(READING, "readings-value", registry).orThrow();
    private final List<byte[]> topic = new ArrayList<>();

    @BeforeEach
    void makeTopic() {
        var random = new SplittableRandom(3);
        for (int i = 0; i < ROWS; i++) {
            Object[] cells = new Object[columns.getFields().size()];
            boolean deep = random.nextInt(3) > 0;
            for (int column = 0; column < cells.length; column++) {
                var field = columns.getFields().get(column);
                boolean isMissing = field.getName().startsWith("place.deep.")
                        ? !deep
                        : field.isNullable() && random.nextInt(4) == 0;
                cells[column] = isMissing ? null : cell(field.getName(), field.getType(), random);
            }
            cells[0] = "A";
            cells[1] = 1_723_161_256_123_456_789L + i;
            topic.add(codec.encode(ArrayRow.of(cells)));
        }
    }

    private static Object cell(String name, ArrowType type, SplittableRandom random) {
        return switch (type) {
            case ArrowType.Int number ->
                name.endsWith("number")
                        ? random.nextInt()
                        : (Object) random.nextLong(number.getBitWidth() == 32 ? 86_400_000L : 86_400_000_000L);
            case ArrowType.Timestamp time ->
                switch (time.getUnit()) {
                    case SECOND, MILLISECOND -> random.nextLong(-1_000_000_000_000L, 4_000_000_000_000L);
                    case MICROSECOND -> random.nextLong(-1_000_000_000_000_000L, 4_000_000_000_000_000L);
                    case NANOSECOND -> random.nextLong(-1_000_000_000_000_000_000L, 4_000_000_000_000_000_000L);
                };
            case ArrowType.Date date -> random.nextLong(-10_000, 50_000);
            case ArrowType.FloatingPoint number -> (double) (float) random.nextDouble();
            case ArrowType.Bool bool -> random.nextBoolean();
            case ArrowType.Decimal number -> BigDecimal.valueOf(random.nextInt(-100_000, 100_000), number.getScale());
            case ArrowType.Binary bytes -> new byte[] {1, 2, (byte) random.nextInt(), 0};
            default -> name.endsWith("kind") ? (random.nextBoolean() ? "ON" : "OFF") : "text " + random.nextInt();
        };
    }

    private HttpServer registryOverHttp() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/schemas/ids/", call -> {
            var path = call.getRequestURI().getPath();
            int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
            var schema = registry.byId(id).orThrow().toString();
            byte[] body = new ObjectMapper()
                    .createObjectNode()
                    .put("schema", schema)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(200, body.length);
            try (var out = call.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        return server;
    }

    /** A context as the task needs one: its metrics are nobody's. */
    private static SinkTaskContext context() {
        var loader = HistoryOfAllTypesTest.class.getClassLoader();
        var metrics = Proxy.newProxyInstance(
                loader,
                new Class<?>[] {PluginMetrics.class},
                (self, method, arguments) -> method.getName().equals("metricName")
                        ? new MetricName((String) arguments[0], "plugins", (String) arguments[1], Map.of())
                        : null);
        return (SinkTaskContext) Proxy.newProxyInstance(
                loader,
                new Class<?>[] {SinkTaskContext.class},
                (self, method, arguments) -> method.getName().equals("pluginMetrics") ? metrics : null);
    }

    private static StreamSpec stream() {
        return new StreamSpec(
                PARTITION.topic(),
                READING,
                List.of("symbol"),
                "ts",
                Optional.empty(),
                Duration.ofHours(1),
                List.of(),
                1);
    }

    /** Has the sink write the topic. */
    private void sink() throws Exception {
        var server = registryOverHttp();
        try {
            var task = new ParquetSinkTask();
            task.initialize(context());
            var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            var table = new ParquetSink.Stream(stream().declaration(), stream().retention());
            task.start(new ParquetSink(folder, List.of(table), List.of(), 100, Duration.ofHours(1), url)
                    .toConnectorConfig(1));
            task.open(List.of(PARTITION));
            var records = new ArrayList<SinkRecord>();
            for (int i = 0; i < topic.size(); i++) {
                var bytes = org.apache.kafka.connect.data.Schema.OPTIONAL_BYTES_SCHEMA;
                byte[] key = "A".getBytes(StandardCharsets.UTF_8);
                records.add(new SinkRecord(
                        PARTITION.topic(), 0, bytes, key, bytes, topic.get(i), i, 0L, TimestampType.CREATE_TIME));
            }
            task.put(records);
            task.close(List.of(PARTITION));
            task.stop();
        } finally {
            server.stop(0);
        }
    }

    private String text(Row row) {
        var cells = new ArrayList<String>();
        for (int i = 0; i < columns.getFields().size(); i++) {
            Object cell = row.valueAt(i);
            cells.add(columns.getFields().get(i).getName() + "="
                    + (cell instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(cell)));
        }
        return cells.toString();
    }

    @Test
    void whatTheSinkWroteIsWhatTheTopicHas() throws Exception {
        sink();
        var history = new ParquetHistory(List.of(
                new ParquetSpec("lake", List.of(PARTITION.topic()), folder, List.of(), 1, Duration.ofSeconds(1))));
        // When
        var read = new ArrayList<String>();
        history.read(PARTITION.topic(), 0, columns, Long.MAX_VALUE, (offset, row) -> read.add(text(row)));
        // Then
        assertThat(read.size()).isBetween(200, ROWS).isEqualTo((int) history.boundary(PARTITION.topic(), 0) + 1);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i))
                    .as("row %s", i)
                    .isEqualTo(text(codec.decode(topic.get(i)).orThrow()));
        }
    }

    @Test
    void theSameFilesAreBroughtByABackfill() throws Exception {
        sink();
        List<String> files;
        try (var paths = Files.walk(folder)) {
            files = paths.map(Path::toString)
                    .filter(path -> path.endsWith(".parquet"))
                    .toList();
        }
        var brought = new Given(files, List.of(), "$", Map.of()).of(stream());
        assertThat(brought.refused()).isZero();
        assertThat((int) brought.size()).isBetween(200, ROWS);
    }
}
