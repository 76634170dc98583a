package io.polaroid.launcher.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.launcher.broker.Ports;
import io.polaroid.launcher.config.PipelineLoader;
import io.polaroid.query.QueryServer;
import io.polaroid.query.QueryServerConfig;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.read.LiveTable;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.testsupport.FeedProducer;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import io.polaroid.topology.pipeline.Pipeline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of one application on a real broker: each answers for the whole of each table, also of a view on a view. */
@ExtendWith(Allocators.class)
class TwoProcessesIT {
    private static final long START = 1_723_161_256_000_000L;
    private static final int ROWS = 4_000;
    private static final List<String> QUERIES = List.of(
            "SELECT count(*), sum(trade_id), count(DISTINCT _partition) FROM trades",
            "SELECT count(*), sum(n) FROM bars",
            "SELECT sum(n) FROM wide");

    @TempDir
    Path folder;

    private final EmbeddedBroker broker = EmbeddedBroker.shared();
    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

    /** What one process is, but for its being one. */
    private final class Instance implements AutoCloseable {
        final StreamsApp app;
        final QueryServer server;
        final int port = Ports.free();

        Instance(String name, Pipeline pipeline, BufferAllocator allocator) {
            var settings = StreamsSettings.of(broker.bootstrapServers(), folder.resolve(name))
                    .answeringAt("127.0.0.1", port);
            app = StreamsApp.open(pipeline, settings, registry, allocator);
            var config = new QueryServerConfig(
                    "127.0.0.1",
                    port,
                    0,
                    Map.of(),
                    List.of(),
                    List.of(),
                    broker.bootstrapServers(),
                    registry,
                    Map.of(),
                    128L << 20,
                    1,
                    Duration.ofSeconds(20));
            server = QueryServer.open(config, app, app, allocator, InstantSource.system());
        }

        int partitionsHere(BufferAllocator allocator) {
            LiveTable trades = app.table("trades").orElseThrow();
            try (var here = trades.here(allocator).snapshot()) {
                return here.parts().size();
            }
        }

        String ask(String sql, BufferAllocator allocator) throws Exception {
            try (var client = FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", port))
                            .build();
                    var stream = client.getStream(new Ticket(sql.getBytes(StandardCharsets.UTF_8)))) {
                var rows = new ArrayList<String>();
                while (stream.next()) {
                    stream.getRoot().contentToTSVString().lines().skip(1).forEach(rows::add);
                }
                return String.join("\n", rows);
            }
        }

        /** Asks until the answer is this one; what cannot be answered yet is said, and never half of an answer. */
        void await(String sql, String answer, BufferAllocator allocator) throws Exception {
            while (true) {
                try {
                    if (ask(sql, allocator).equals(answer)) {
                        return;
                    }
                } catch (FlightRuntimeException notYet) {
                    assertThat(notYet).hasMessageContaining("cannot answer yet");
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }

        @Override
        public void close() {
            try (app) {
                server.close();
            }
        }
    }

    private Pipeline pipeline() throws Exception {
        Path file = Files.writeString(folder.resolve("pipeline.yaml"), """
            application: %s
            streams: {trades: {schema: Trade, key: symbol, time: ts}}
            views:
              bars: {from: trades, resample: {every: 1s, agg: {n: "count(price)"}}}
              wide: {from: bars, resample: {every: 10s, agg: {n: "sum(n)"}}}
            """.formatted(broker.newTopic("two", 1)));
        return PipelineLoader.load(file, Map.of()).toResult().orThrow().pipeline();
    }

    private void produce() {
        RowCodec codec =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
        try (var producer = FeedProducer.open(broker.bootstrapServers())) {
            for (int i = 0; i < ROWS; i++) {
                String symbol = "S" + i % 40;
                byte[] key = symbol.getBytes(StandardCharsets.UTF_8);
                byte[] row = codec.encode(ArrayRow.of(symbol, START + i * 10_000L, 2.0, 1.0, (long) i));
                producer.send(new ProducerRecord<>("trades", key, row));
            }
            producer.flush();
        }
    }

    @Test
    @Timeout(180)
    void eachAnswersForWhatBothHave(BufferAllocator allocator) throws Exception {
        var pipeline = pipeline();
        try (var one = new Instance("one", pipeline, allocator)) {
            produce();
            String trades = ROWS + "\t" + (ROWS - 1) * ROWS / 2 + "\t4";
            one.await(QUERIES.get(0), trades, allocator);
            // The view on the view has what is published of the first
            one.await(
                    QUERIES.get(2),
                    one.ask("SELECT sum(n) FROM bars WHERE revision IS NOT NULL", allocator),
                    allocator);
            var before = new ArrayList<String>();
            for (String sql : QUERIES) {
                before.add(one.ask(sql, allocator));
            }
            assertThat(before.get(1)).endsWith("\t" + ROWS);
            try (var two = new Instance("two", pipeline, allocator)) {
                // When they share the partitions
                while (one.partitionsHere(allocator) != 2 || two.partitionsHere(allocator) != 2) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                // Then each says what the one did that had all
                for (int i = 0; i < QUERIES.size(); i++) {
                    one.await(QUERIES.get(i), before.get(i), allocator);
                    two.await(QUERIES.get(i), before.get(i), allocator);
                }
                // And without the other's server, which partitions are missing
                two.server.close();
                assertThatThrownBy(() -> one.ask(QUERIES.get(0), allocator))
                        .hasMessageContaining("2 of 4 partitions are missing")
                        .hasMessageContaining("127.0.0.1:" + two.port + " does not answer");
            }
        }
    }
}
