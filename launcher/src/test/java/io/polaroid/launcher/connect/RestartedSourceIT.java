package io.polaroid.launcher.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.polaroid.ingest.replay.ReplayConfig;
import io.polaroid.ingest.replay.ReplayServer;
import io.polaroid.ingest.rows.FieldSource;
import io.polaroid.ingest.rows.RowRule;
import io.polaroid.ingest.rows.StreamSpec;
import io.polaroid.ingest.websocket.ReconnectPolicy;
import io.polaroid.ingest.websocket.WebSocketSource;
import io.polaroid.ingest.websocket.WebSocketSourceConnector;
import io.polaroid.launcher.broker.EmbeddedBroker;
import io.polaroid.registry.RegistryConfig;
import io.polaroid.registry.SchemaRegistryServer;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A source whose feed counts, in a real worker: what was lost while the task was away is told from the offset that Connect kept. */
@Timeout(120)
class RestartedSourceIT {
    private static final TopicPartition TRADES = new TopicPartition("trades", 0);
    private static final long START_MILLIS = 1_723_161_256_000L;

    @TempDir
    Path folder;

    @Test
    void tellsOfWhatTheFeedLeftOutWhileTheTaskWasAway() throws Exception {
        try (var broker = EmbeddedBroker.open(folder.resolve("kafka"), 0);
                var registry = SchemaRegistryServer.open(RegistryConfig.of(broker.bootstrap(), "127.0.0.1", 0));
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(
                            new NewTopic(TRADES.topic(), 1, (short) 1),
                            new NewTopic("market.dead-letter", 1, (short) 1)))
                    .all()
                    .get();
            // Given a source that has taken three messages when its worker ends
            try (var feed = serve("first", 70, 71, 72);
                    var connect = EmbeddedConnect.open("market.connect", broker.bootstrap(), 0)) {
                connect.put("feed", config(feed, "http://127.0.0.1:" + registry.port()));
                assertThat(said(broker, 3)).containsExactly("row", "row", "row");
            }
            // When it comes back, and the fourth message has number 75
            try (var feed = serve("second", 70, 71, 72, 75, 76);
                    var connect = EmbeddedConnect.open("market.connect", broker.bootstrap(), 0)) {
                connect.put("feed", config(feed, "http://127.0.0.1:" + registry.port()));
                // Then the loss is told in front of it
                assertThat(said(broker, 5)).containsExactly("row", "row", "row", "gap 72 75", "row", "row");
            }
        }
    }

    private ReplayServer serve(String name, int... ids) throws Exception {
        Path recording = folder.resolve(name + ".txt.gz");
        try (var out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(recording)), StandardCharsets.UTF_8)) {
            out.write("# {\"origin\":\"test\",\"licence\":\"Apache-2.0\",\"time\":[],\"id\":[]}\n");
            for (int id : ids) {
                out.write("%d {\"T\":%d,\"s\":\"BTCUSDT\",\"t\":%d,\"p\":\"1.5\",\"q\":\"2\"}\n"
                        .formatted(id, START_MILLIS + id, id));
            }
        }
        return ReplayServer.open(new ReplayConfig(List.of(recording), "127.0.0.1", 0, 0, false))
                .orThrow();
    }

    private static Map<String, String> config(ReplayServer feed, String registry) {
        var trades = new RowRule(
                TRADES.topic(),
                Map.of("/s", TextNode.valueOf("BTCUSDT")),
                Map.of(
                        "symbol", FieldSource.at("/s"),
                        "ts", FieldSource.at("/T"),
                        "price", FieldSource.at("/p"),
                        "size", FieldSource.at("/q")),
                "/t");
        var source = new WebSocketSource(
                "exchange",
                "ws://127.0.0.1:" + feed.port() + "/",
                Map.of(),
                List.of("{\"op\":\"subscribe\",\"from\":${position}}"),
                "/position",
                "/t",
                List.of(),
                List.of("127.0.0.1"),
                new ReconnectPolicy(-1, 10, 100, 2),
                List.of(trades),
                Map.of(
                        TRADES.topic(),
                        new StreamSpec(BuiltInSchemas.trade().toString(), List.of("symbol"), "ts", "trade_id", 1)),
                "market.dead-letter",
                registry,
                WebSocketSource.DEFAULT_MAX_AHEAD_MILLIS);
        return Map.of(
                "connector.class",
                WebSocketSourceConnector.class.getName(),
                "tasks.max",
                "1",
                WebSocketSourceConnector.SOURCE,
                source.toJson(),
                "exactly.once.support",
                "required",
                "transaction.boundary",
                "poll");
    }

    /** Rows and gaps that are committed, once there are so many rows. */
    private static List<String> said(EmbeddedBroker broker, int rows) {
        Map<String, Object> client =
                Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed");
        var said = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(TRADES));
            consumer.seekToBeginning(List.of(TRADES));
            while (said.stream().filter("row"::equals).count() < rows) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> add(record, said));
            }
        }
        return said;
    }

    private static void add(ConsumerRecord<byte[], byte[]> record, List<String> said) {
        if (!ControlRecord.isControl(record.key())) {
            said.add("row");
            return;
        }
        var control = ControlRecord.fromKey(record.key()).orThrow();
        if (control.kind() == ControlRecord.Kind.GAP) {
            said.add("gap %d %d"
                    .formatted(
                            control.fromNanos() / 1_000_000 - START_MILLIS,
                            control.toNanos() / 1_000_000 - START_MILLIS));
        }
    }
}
