package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.testsupport.FeedProducer;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import io.polaroid.topology.app.Topics;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import io.polaroid.topology.prove.History;
import io.polaroid.topology.prove.Proof;
import io.polaroid.topology.prove.Prover;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.util.Text;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proof holds over every kind of view of a real pipeline, and finds what is planted. */
class ProverIT {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final int PARTITIONS = 2;
    private static final List<String> SYMBOLS = List.of("A", "B", "C", "D");

    @TempDir
    Path folder;

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();

    private static Pipeline pipeline() {
        var market = Market.pipeline(Duration.ofMillis(500), Duration.ofSeconds(2), PARTITIONS);
        var views = new ArrayList<>(market.views().values());
        var policy = views.getFirst().policy();
        var bars = new LinkedHashMap<String, String>();
        bars.put("high", "max(high)");
        bars.put("volume", "sum(volume)");
        views.add(new ViewSpec.Resample("bars_5s", "bars_1s", Duration.ofSeconds(5), bars, policy));
        var gaps = new ViewSpec.Gaps(
                Optional.of(new ViewSpec.Fill.Previous(Optional.empty())),
                new LinkedHashMap<>(Map.of("low", new ViewSpec.Fill.Linear())),
                Duration.ofSeconds(4),
                true);
        views.add(new ViewSpec.Resample("flat_1s", "trades", Duration.ofSeconds(1), Market.ohlcv(), gaps, policy));
        var ofSeries =
                policy.withGrace(Duration.ZERO).withLateness(new ViewSpec.Lateness.OfSeries(Duration.ofSeconds(20)));
        views.add(new ViewSpec.Resample("own_1s", "trades", Duration.ofSeconds(1), Market.ohlcv(), gaps, ofSeries));
        return Pipeline.of(
                "market", market.guarantee(), 1, List.copyOf(market.streams().values()), views);
    }

    @Test
    @Timeout(240)
    void holdsForEveryViewAndFindsWhatIsPlanted() throws Exception {
        var pipeline = pipeline();
        try (var broker = EmbeddedBroker.open();
                var allocator = new RootAllocator()) {
            String servers = broker.bootstrapServers();
            Topics.create(pipeline, servers);
            var topology = PipelineTopology.of(pipeline, registry, allocator, new Running())
                    .orThrow();
            try (var app = StreamsApp.open(pipeline, StreamsSettings.of(servers, folder), registry, allocator);
                    var producer = FeedProducer.open(servers)) {
                Map<String, Long> sent = play(producer, 1_500);
                await(app, sent);
                // When everything is as the pipeline made it
                for (ViewSpec view : pipeline.views().values()) {
                    var proof = prove(pipeline, view, topology, servers, app, allocator, row -> row);
                    // Then
                    assertThat(proof.differences()).as(view.name()).isEmpty();
                    assertThat(proof.partitions().stream()
                                    .mapToLong(Proof.Range::results)
                                    .sum())
                            .as("results of %s", view.name())
                            .isPositive();
                    assertThat(proof.stateRows().orElseThrow()).isPositive();
                }
                var bars = Objects.requireNonNull(pipeline.views().get("bars_1s"));
                // When a row of the state is changed on the way, the topic holds other cells, and too much
                var wrongState = prove(pipeline, bars, topology, servers, app, allocator, ProverIT::raised);
                assertThat(wrongState.differences()).isNotEmpty().allMatch(line -> line.contains("in the state"));
                plant(producer, topology, pipeline);
                var wrongTopic = prove(pipeline, bars, topology, servers, app, allocator, row -> row);
                // Then
                assertThat(wrongTopic.holds()).isFalse();
                assertThat(wrongTopic.differences())
                        .anyMatch(line -> line.contains("Z 2024-08-08") && line.contains("not in batch"));
            }
        }
    }

    private Map<String, Long> play(FeedProducer producer, int records) {
        var random = new SplittableRandom(5);
        var trades =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
        var quotes =
                RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry).orThrow();
        long now = BASE;
        for (int i = 0; i < records; i++) {
            now += random.nextInt(40) == 0 ? random.nextLong(6 * SECOND) : random.nextLong(60_000);
            long ts = now - (random.nextInt(5) == 0 ? random.nextLong(5 * SECOND) : 0);
            ts -= Math.floorMod(ts, 10_000);
            var symbol = SYMBOLS.get(random.nextInt(SYMBOLS.size()));
            if (random.nextInt(40) == 0) {
                var kind = List.of(ControlRecord.Kind.DOWN, ControlRecord.Kind.UP, ControlRecord.Kind.GAP)
                        .get(random.nextInt(3));
                var control = new ControlRecord("x/0", kind, ts * 1_000, (ts + SECOND) * 1_000, "*");
                producer.send(new ProducerRecord<>("trades", random.nextInt(PARTITIONS), control.toKey(), null));
            } else if (random.nextInt(3) > 0) {
                long id = random.nextInt(20) == 0 ? Math.max(0, i - 5) : i;
                send(producer, "trades", symbol, trades.encode(ArrayRow.of(symbol, ts, 100.0 + id % 17, 1.25, id)));
            } else {
                send(producer, "quotes", symbol, quotes.encode(ArrayRow.of(symbol, ts, 1.0 + i, 1.0, 2.0, 1.0, (long)
                        i)));
            }
        }
        // The quotes go on for longer, so that trades do not wait for them.
        for (String symbol : SYMBOLS) {
            send(
                    producer,
                    "quotes",
                    symbol,
                    quotes.encode(ArrayRow.of(symbol, now + 60 * SECOND, 1.0, 1.0, 2.0, 1.0, null)));
        }
        producer.flush();
        var sent = new LinkedHashMap<String, Long>();
        for (String topic : List.of("trades", "quotes")) {
            long count = 0;
            for (int partition = 0; partition < PARTITIONS; partition++) {
                count += offsets.getOrDefault(topic + partition, 0L);
            }
            sent.put(topic, count);
        }
        return sent;
    }

    private final Map<String, Long> offsets = new LinkedHashMap<>();

    private void send(FeedProducer producer, String topic, String symbol, byte[] value) {
        int partition = SeriesKey.partition(symbol, PARTITIONS);
        producer.send(new ProducerRecord<>(topic, partition, symbol.getBytes(StandardCharsets.UTF_8), value));
        offsets.merge(topic + partition, 1L, Long::sum);
    }

    private static void await(StreamsApp app, Map<String, Long> sent) throws InterruptedException {
        while (!app.views().stream().allMatch(view -> {
            long rows = view.counts().entrySet().stream()
                    .filter(count -> !count.getKey().equals("control"))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            return rows >= sent.getOrDefault(view.input(), 1L);
        })) {
            assertThat(app.failed()).isFalse();
            Thread.sleep(20);
        }
    }

    private Proof prove(
            Pipeline pipeline,
            ViewSpec view,
            PipelineTopology topology,
            String servers,
            StreamsApp app,
            RootAllocator allocator,
            UnaryOperator<Row> change) {
        return new Prover(pipeline, view, registry, topology, servers, History.NONE, Map.of()).prove(Optional.of(() -> {
            var rows = new ArrayList<Row>();
            try (var snapshot =
                    app.table(view.name()).orElseThrow().snapshot(allocator).orThrow()) {
                snapshot.parts().forEach(part -> {
                    for (int i = 0; i < part.rows().getRowCount(); i++) {
                        var cells = new ArrayList<Object>();
                        for (FieldVector vector : part.rows().getFieldVectors()) {
                            cells.add(cell(vector, i));
                        }
                        rows.add(change.apply(ArrayRow.of(cells.toArray())));
                    }
                });
            }
            return rows;
        }));
    }

    private static Object cell(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector) {
            case TimeStampVector times -> times.get(row);
            default ->
                switch (vector.getObject(row)) {
                    case Text text -> text.toString();
                    case Integer number -> number.longValue();
                    case Object other -> other;
                };
        };
    }

    /** The bar with its high a little higher. */
    private static Row raised(Row row) {
        var cells = ((ArrayRow) row).cells().clone();
        cells[3] = row.doubleAt(3) + 0.25;
        return ArrayRow.of(cells);
    }

    /** A bar that no trade made. */
    private void plant(FeedProducer producer, PipelineTopology topology, Pipeline pipeline) {
        var codec = RowCodec.of(topology.viewAvroSchema("bars_1s"), "bars_1s-value", registry)
                .orThrow();
        assertThat(pipeline.root("bars_1s").partitions()).isEqualTo(PARTITIONS);
        send(
                producer,
                "bars_1s",
                "Z",
                codec.encode(ArrayRow.of("Z", BASE, 1.0, 1.0, 1.0, 1.0, 1.0, 1L, 1.0, 0L, BASE, 0L)));
        producer.flush();
    }
}
