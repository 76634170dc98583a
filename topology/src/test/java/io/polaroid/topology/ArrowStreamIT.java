package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BatchKey;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.read.PipelineStatus.StreamStatus;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.testsupport.FeedProducer;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import io.polaroid.topology.app.Topics;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import io.polaroid.topology.prove.History;
import io.polaroid.topology.prove.Prover;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams of Arrow batches on a real broker, exactly once: rows that lie in wrong partitions get where they belong, once; a restart goes on,
 * with the state on disk and without it; every view is proved.
 */
class ArrowStreamIT {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final int PARTITIONS = 2;
    private static final List<String> SYMBOLS = List.of("A", "B", "C", "D", "E");

    @TempDir
    Path folder;

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final SplittableRandom random = new SplittableRandom(7);
    private final BatchWriter trades =
            BatchWriter.of(AvroArrow.toArrow(BuiltInSchemas.trade()).orThrow());
    private final BatchWriter quotes =
            BatchWriter.of(AvroArrow.toArrow(BuiltInSchemas.quote()).orThrow());
    private final Set<Long> good = new TreeSet<>();
    private long now = BASE;
    private long id;
    private long quoted;
    private long bad;

    private static Pipeline pipeline() {
        var market = Market.pipeline(Duration.ofMillis(500), Duration.ofSeconds(2), PARTITIONS);
        var views = new ArrayList<>(market.views().values());
        views.add(new ViewSpec.Session(
                "sessions",
                "trades",
                Duration.ofMillis(200),
                Market.ohlcv(),
                views.getFirst().policy()));
        return Pipeline.of(
                "market",
                market.guarantee(),
                1,
                market.streams().values().stream().map(ArrowStreamIT::ofBatches).toList(),
                views);
    }

    private static StreamSpec ofBatches(StreamSpec stream) {
        return new StreamSpec(
                stream.name(),
                stream.schema(),
                stream.key(),
                stream.time(),
                stream.id(),
                stream.retention(),
                stream.checks(),
                stream.partitions(),
                StreamFormat.ARROW);
    }

    @Test
    @Timeout(300)
    void batchesAreExactlyOnceThroughRestarts() throws Exception {
        var pipeline = pipeline();
        try (var broker = EmbeddedBroker.open();
                var allocator = new RootAllocator()) {
            String servers = broker.bootstrapServers();
            Topics.create(pipeline, servers);
            var topology = PipelineTopology.of(pipeline, registry, allocator, new Running())
                    .orThrow();
            var folders = List.of(folder.resolve("a"), folder.resolve("a"), folder.resolve("b"));
            try (var producer = FeedProducer.open(servers)) {
                for (Path state : folders) {
                    // When more comes, in each life
                    play(producer);
                    try (var app = StreamsApp.open(pipeline, StreamsSettings.of(servers, state), registry, allocator)) {
                        await(app);
                        // Then each good row is there once, and all others are counted
                        assertThat(ids(app, allocator)).isEqualTo(good);
                        assertThat(sum(app, StreamStatus::deadLetters)).isEqualTo(bad);
                        assertThat(sum(app, StreamStatus::rerouted)).isPositive();
                        for (ViewSpec view : pipeline.views().values()) {
                            var proof = new Prover(pipeline, view, registry, topology, servers, History.NONE, Map.of())
                                    .prove(Optional.empty());
                            assertThat(proof.differences()).as(view.name()).isEmpty();
                        }
                    }
                }
            }
        }
    }

    /** Batches of rows of all series: most to the partition of most of their rows, as they come. */
    private void play(FeedProducer producer) {
        for (int batch = 0; batch < 60; batch++) {
            int target = random.nextInt(PARTITIONS);
            boolean isMixed = random.nextInt(6) == 0;
            var rows = new ArrayList<Row>();
            var ticks = new ArrayList<Row>();
            int size = 1 + random.nextInt(30);
            for (int i = 0; i < size; i++) {
                now += random.nextLong(60_000);
                long ts = now - (random.nextInt(5) == 0 ? random.nextLong(3_000_000) : 0);
                var symbol = SYMBOLS.get(random.nextInt(SYMBOLS.size()));
                if (!isMixed && SeriesKey.partition(symbol, PARTITIONS) != target) {
                    continue;
                }
                if (random.nextInt(3) == 0) {
                    ticks.add(ArrayRow.of(symbol, ts, 1.0, 1.0, 2.0, 1.0, quoted++));
                } else if (random.nextInt(20) == 0) {
                    rows.add(ArrayRow.of(symbol, ts, Double.NaN, 1.0, id++));
                    bad++;
                } else {
                    good.add(id);
                    rows.add(ArrayRow.of(symbol, ts, 100.0 + id % 17, 1.25, id++));
                }
            }
            send(producer, "trades", target, rows, trades);
            send(producer, "quotes", target, ticks, quotes);
        }
        // Time goes on in both partitions, so that nothing waits.
        now += 10_000_000;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int target = partition;
            for (String symbol : SYMBOLS.stream()
                    .filter(one -> SeriesKey.partition(one, PARTITIONS) == target)
                    .toList()) {
                good.add(id);
                send(producer, "trades", target, List.of(ArrayRow.of(symbol, now, 100.0, 1.0, id++)), trades);
                send(
                        producer,
                        "quotes",
                        target,
                        List.of(ArrayRow.of(symbol, now + 60_000_000, 1.0, 1.0, 2.0, 1.0, quoted++)),
                        quotes);
            }
        }
        now += 60_000_000;
        producer.send(new ProducerRecord<>("trades", 0, BatchKey.bytes(), new byte[] {1, 2, 3}));
        bad++;
        producer.flush();
    }

    private static void send(FeedProducer producer, String topic, int target, List<Row> rows, BatchWriter writer) {
        if (!rows.isEmpty()) {
            producer.send(new ProducerRecord<>(topic, target, BatchKey.bytes(), writer.write(rows)));
        }
    }

    private static long sum(StreamsApp app, ToLongFunction<StreamStatus> field) {
        return app.streams().stream()
                .filter(stream -> stream.stream().equals("trades"))
                .mapToLong(field)
                .sum();
    }

    private void await(StreamsApp app) throws InterruptedException {
        while (!app.ready()
                || sum(app, StreamStatus::rows) < good.size()
                || app.streams().stream().mapToLong(StreamStatus::rows).sum() < good.size() + quoted
                || sum(app, StreamStatus::deadLetters) < bad) {
            assertThat(app.failed()).isFalse();
            Thread.sleep(20);
        }
    }

    private static Set<Long> ids(StreamsApp app, RootAllocator allocator) {
        var ids = new TreeSet<Long>();
        var numbers = new HashSet<List<Long>>();
        long rows = 0;
        try (var snapshot =
                app.table("trades").orElseThrow().snapshot(allocator).orThrow()) {
            for (var part : snapshot.parts()) {
                var offsets = (BigIntVector) part.rows().getVector("_offset");
                var feedIds = (BigIntVector) part.rows().getVector("trade_id");
                for (int i = 0; i < part.rows().getRowCount(); i++) {
                    rows++;
                    ids.add(feedIds.get(i));
                    numbers.add(List.of((long) part.partition(), offsets.get(i)));
                }
            }
        }
        assertThat(numbers).hasSize((int) rows);
        assertThat(ids).hasSize((int) rows);
        return ids;
    }
}
