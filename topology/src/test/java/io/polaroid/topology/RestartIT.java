package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.testsupport.FeedProducer;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.BatchOracle.Tick;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import io.polaroid.topology.app.Topics;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.arrow.memory.RootAllocator;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pipeline that fails in the middle of transactions and is stopped and started: its results are those of one that did not. */
class RestartIT {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final int RECORDS = 3_000;
    private static final int LIVES = 3;
    private static final List<String> SYMBOLS = List.of("A", "B", "C", "D", "E");

    @TempDir
    Path folder;

    /** Cannot be reached when it is first asked for a schema that it does not know. */
    private static final class FlakyRegistry implements SchemaRegistry {
        private final InMemorySchemaRegistry schemas = new InMemorySchemaRegistry();
        final Set<Integer> failed = ConcurrentHashMap.newKeySet();

        @Override
        public Result<Integer> register(String subject, Schema schema) {
            return schemas.register(subject, schema);
        }

        @Override
        public Result<Schema> byId(int id) {
            return id >= 1_000 && failed.add(id)
                    ? Result.err(ProblemCode.REGISTRY_UNREACHABLE, "no answer for " + id)
                    : schemas.byId(id);
        }
    }

    @ParameterizedTest(name = "{0} partitions, disorder {1} ms, grace {2} ms, bars only: {3}")
    @CsvSource({"1,500,3000,false", "4,0,2000,false", "4,2000,0,false", "4,500,3000,true", "1,2000,0,true"})
    @Timeout(600)
    void publishesEachRevisionOnceAndTheBatchAnswerLast(
            int partitions, long disorderMillis, long graceMillis, boolean barsOnly) throws Exception {
        var registry = new FlakyRegistry();
        var whole = Market.pipeline(Duration.ofMillis(disorderMillis), Duration.ofMillis(graceMillis), partitions);
        // With bars only, rows are handed over by the column.
        var pipeline = barsOnly ? Market.only(whole, List.of("bars_1s")) : whole;
        try (var broker = EmbeddedBroker.open();
                var allocator = new RootAllocator()) {
            Topics.create(pipeline, broker.bootstrapServers());
            var feed = new Feed(partitions, registry, broker.bootstrapServers());
            for (int life = 1; life <= LIVES; life++) {
                feed.play(RECORDS / LIVES);
                var settings = StreamsSettings.of(broker.bootstrapServers(), folder.resolve("life" + life));
                try (var app = StreamsApp.open(pipeline, settings, registry, allocator)) {
                    awaitCounts(app, feed, life == LIVES ? 1 : 2);
                }
            }
            feed.close();
            assertThat(registry.failed).hasSizeGreaterThan(2);
            assertEqualsBatch(pipeline, registry, allocator, broker, feed, disorderMillis, graceMillis);
        }
    }

    @Test
    @Timeout(240)
    void aViewThatIsAddedBeginsWithWhatIsKeptAndLeavesTheOthersAlone() throws Exception {
        var registry = new FlakyRegistry();
        var whole = Market.pipeline(Duration.ofMillis(500), Duration.ofSeconds(2), 2);
        var first = with(whole, "bars_1s", "bars_1m");
        try (var broker = EmbeddedBroker.open();
                var allocator = new RootAllocator()) {
            Topics.create(whole, broker.bootstrapServers());
            var feed = new Feed(2, registry, broker.bootstrapServers());
            feed.play(900);
            var settings = StreamsSettings.of(broker.bootstrapServers(), folder.resolve("first"));
            try (var app = StreamsApp.open(first, settings, registry, allocator)) {
                awaitCounts(app, feed, 1);
            }
            // When two views are added while rows wait, and the pipeline fails now and then
            feed.play(600);
            settings = StreamsSettings.of(broker.bootstrapServers(), folder.resolve("second"));
            try (var app = StreamsApp.open(whole, settings, registry, allocator)) {
                awaitSameRows(app, feed);
            }
            feed.close();
            // Then old and new ones are the batch answer over all rows, each revision once
            assertEqualsBatch(whole, registry, allocator, broker, feed, 500, 2_000);

            assertRefused(renamed(whole), "view bars_1s is now called seconds", broker, registry, allocator);
            assertRefused(changed(whole), "view bars_1s has changed", broker, registry, allocator);
            try (var app = StreamsApp.open(first, settings, registry, allocator)) {
                assertThat(app.views()).hasSize(2);
            }
            assertRefused(whole, "view enriched was part of this application", broker, registry, allocator);
        }
    }

    private void assertRefused(
            Pipeline pipeline, String reason, EmbeddedBroker broker, SchemaRegistry registry, RootAllocator allocator) {
        var settings = StreamsSettings.of(broker.bootstrapServers(), folder.resolve("refused"));
        assertThatThrownBy(() -> StreamsApp.open(pipeline, settings, registry, allocator))
                .hasMessageContaining(reason);
    }

    private static Pipeline with(Pipeline whole, String... views) {
        return pipeline(
                whole,
                whole.views().values().stream()
                        .filter(view -> List.of(views).contains(view.name()))
                        .toList());
    }

    private static Pipeline pipeline(Pipeline like, List<ViewSpec> views) {
        return Pipeline.of(
                "market", like.guarantee(), 1, List.copyOf(like.streams().values()), views);
    }

    private static Pipeline renamed(Pipeline whole) {
        return replaced(
                whole,
                bars -> new ViewSpec.Resample("seconds", bars.from(), bars.every(), bars.aggregates(), bars.policy()));
    }

    private static Pipeline changed(Pipeline whole) {
        return replaced(
                whole,
                bars -> new ViewSpec.Resample(
                        bars.name(), bars.from(), Duration.ofSeconds(2), bars.aggregates(), bars.policy()));
    }

    private static Pipeline replaced(Pipeline whole, Function<ViewSpec.Resample, ViewSpec> change) {
        return pipeline(
                whole,
                whole.views().values().stream()
                        .map(view -> view.name().equals("bars_1s") ? change.apply((ViewSpec.Resample) view) : view)
                        .toList());
    }

    /** Waits until the old view has counted all records, and the new ones as many rows of the same stream. */
    private static void awaitSameRows(StreamsApp app, Feed feed) throws InterruptedException {
        while (true) {
            var all = new HashMap<String, Long>();
            var rows = new HashMap<String, Long>();
            app.views().forEach(view -> {
                var name = view.view() + "/" + view.input();
                all.put(
                        name,
                        view.counts().values().stream()
                                .mapToLong(Long::longValue)
                                .sum());
                rows.put(
                        name,
                        List.of("on_time", "corrected", "late").stream()
                                .mapToLong(outcome -> view.counts().getOrDefault(outcome, 0L))
                                .sum());
            });
            boolean same = all.getOrDefault("bars_1s/trades", 0L) == feed.sent("trades")
                    && rows.get("bars_1s/trades").equals(rows.get("vwap_5s/trades"))
                    && rows.get("bars_1s/trades").equals(rows.get("enriched/trades"))
                    && rows.getOrDefault("enriched/quotes", 0L) == feed.sent("quotes");
            if (same) {
                return;
            }
            assertThat(app.failed()).isFalse();
            Thread.sleep(20);
        }
    }

    /** Waits until {@code 1 / part} of the newest records, and all others, are in the counts of every view. */
    private static void awaitCounts(StreamsApp app, Feed feed, int part) throws InterruptedException {
        long since = System.nanoTime();
        while (!app.views().stream().allMatch(view -> {
            long sent = feed.sent(view.input());
            long wanted = part == 1 ? sent : sent - RECORDS / LIVES / 4;
            return view.counts().values().stream().mapToLong(Long::longValue).sum() >= wanted;
        })) {
            assertThat(app.failed()).isFalse();
            assertThat(System.nanoTime() - since)
                    .as("time until records are counted in %s", app.views())
                    .isLessThan(Duration.ofMinutes(2).toNanos());
            Thread.sleep(20);
        }
        if (part == 1) {
            app.views()
                    .forEach(view -> assertThat(view.counts().values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum())
                            .as("counts of %s", view)
                            .isEqualTo(feed.sent(view.input())));
        }
    }

    private static void assertEqualsBatch(
            Pipeline pipeline,
            SchemaRegistry registry,
            RootAllocator allocator,
            EmbeddedBroker broker,
            Feed feed,
            long disorderMillis,
            long graceMillis) {
        var oracle = new BatchOracle(disorderMillis * 1_000, graceMillis * 1_000);
        var topology = PipelineTopology.of(pipeline, registry, allocator, new Running())
                .orThrow();
        var read = new Published(broker.bootstrapServers(), registry, topology, feed.partitions);
        for (int partition = 0; partition < feed.partitions; partition++) {
            var trades = feed.ticks("trades", partition);
            var quotes = feed.ticks("quotes", partition);
            assertThat(read.newest(
                            "bars_1s",
                            partition,
                            row -> List.<Object>of(
                                    row.doubleAt(2), row.doubleAt(3), row.doubleAt(4), row.doubleAt(5), row.longAt(7))))
                    .as("bars of partition %s", partition)
                    .isEqualTo(withoutSums(oracle.bars(trades, SECOND)));
            if (!pipeline.views().containsKey("vwap_5s")) {
                continue;
            }
            assertThat(read.newest("vwap_5s", partition, row -> List.<Object>of(row.doubleAt(4), row.longAt(5))))
                    .as("rolling of partition %s", partition)
                    .isEqualTo(oracle.rolling(trades, 5 * SECOND));
            var quoteIds = new HashMap<Long, Long>();
            quotes.forEach(quote -> quoteIds.put(quote.offset(), quote.id().orElseThrow()));
            var matches = new TreeMap<String, Long>();
            oracle.asOf(trades, quotes, 2 * SECOND)
                    .forEach((key, offset) -> matches.put(key, offset < 0 ? -1L : quoteIds.get(offset)));
            assertThat(read.newest("enriched", partition, row -> row.isNull(10) ? -1L : row.longAt(10)))
                    .as("matches of partition %s", partition)
                    .isEqualTo(matches);
        }
    }

    private static Map<String, List<Object>> withoutSums(Map<String, List<Object>> bars) {
        var short5 = new TreeMap<String, List<Object>>();
        bars.forEach(
                (key, bar) -> short5.put(key, List.of(bar.get(0), bar.get(1), bar.get(2), bar.get(3), bar.get(5))));
        return short5;
    }

    /** Random trades and quotes, out of order, with duplicates and now and then a record that makes the pipeline fail. */
    private static final class Feed {
        final int partitions;
        private final Map<String, List<Tick>> ticks = new HashMap<>();
        private final Map<String, Long> offsets = new HashMap<>();
        private final SplittableRandom random = new SplittableRandom(7);
        private final RowCodec tradeCodec;
        private final RowCodec quoteCodec;
        private final FeedProducer producer;
        private long now = BASE;
        private long id;
        private int unknownSchema = 1_000;

        Feed(int partitions, SchemaRegistry registry, String servers) {
            this.partitions = partitions;
            this.tradeCodec = RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry)
                    .orThrow();
            this.quoteCodec = RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry)
                    .orThrow();
            this.producer = FeedProducer.open(servers);
        }

        void play(int records) {
            for (int i = 0; i < records; i++) {
                now += random.nextLong(40_000);
                long ts = now - (random.nextInt(5) == 0 ? random.nextLong(5 * SECOND) : 0);
                ts -= Math.floorMod(ts, 10_000);
                var symbol = SYMBOLS.get(random.nextInt(SYMBOLS.size()));
                if (i % (records / 3) == records / 6) {
                    int unknown = unknownSchema++;
                    send("trades", symbol, new byte[] {0, 0, 0, (byte) (unknown >> 8), (byte) unknown, 1});
                } else if (random.nextBoolean()) {
                    long tradeId = random.nextInt(20) == 0 ? Math.max(0, id - 3) : id++;
                    double price = 100 + random.nextInt(50) / 4.0;
                    long offset =
                            send("trades", symbol, tradeCodec.encode(ArrayRow.of(symbol, ts, price, 1.5, tradeId)));
                    tick("trades", new Tick(symbol, ts, price, 1.5, Optional.of(tradeId), offset));
                } else {
                    long quoteId = id++;
                    long offset = send(
                            "quotes", symbol, quoteCodec.encode(ArrayRow.of(symbol, ts, 1.0, 1.0, 2.0, 1.0, quoteId)));
                    tick("quotes", new Tick(symbol, ts, 1, 1, Optional.of(quoteId), offset));
                }
            }
            producer.flush();
        }

        private long send(String topic, String symbol, byte[] value) {
            int partition = SeriesKey.partition(symbol, partitions);
            producer.send(new ProducerRecord<>(topic, partition, symbol.getBytes(StandardCharsets.UTF_8), value));
            return offsets.merge(topic + "-" + partition, 0L, (before, zero) -> before + 1);
        }

        private void tick(String topic, Tick tick) {
            ticks.computeIfAbsent(
                            topic + "-" + SeriesKey.partition(tick.symbol(), partitions), key -> new ArrayList<>())
                    .add(tick);
        }

        List<Tick> ticks(String topic, int partition) {
            return ticks.getOrDefault(topic + "-" + partition, List.of());
        }

        long sent(String topic) {
            return offsets.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(topic + "-"))
                    .mapToLong(entry -> entry.getValue() + 1)
                    .sum();
        }

        void close() {
            producer.close();
        }
    }

    /** What a read_committed consumer finds in the output topics. */
    private record Published(String servers, SchemaRegistry registry, PipelineTopology topology, int partitions) {
        /** Newest published revision of each result, after checking that revisions count up from 0, each once. */
        <T> Map<String, T> newest(String view, int partition, Function<Row, T> cells) {
            var codec = RowCodec.of(topology.viewAvroSchema(view), view + "-value", registry)
                    .orThrow();
            var names = codec.arrowSchema().getFields().stream()
                    .map(field -> field.getName())
                    .toList();
            int revision = names.indexOf("revision");
            int rowOffset = names.indexOf("row_offset");
            var newest = new TreeMap<String, T>();
            var revisions = new HashMap<String, Long>();
            for (byte[] value : values(new TopicPartition(view, partition))) {
                var row = codec.decode(value).orThrow();
                if (!row.isNull(revision)) {
                    var key =
                            row.valueAt(0) + "/" + row.valueAt(1) + (rowOffset < 0 ? "" : "/" + row.valueAt(rowOffset));
                    assertThat(row.longAt(revision))
                            .as("revision of %s %s", view, key)
                            .isEqualTo(revisions.merge(key, 0L, (old, zero) -> old + 1));
                    newest.put(key, cells.apply(row));
                }
            }
            return newest;
        }

        private List<byte[]> values(TopicPartition partition) {
            Map<String, Object> settings =
                    Map.of("bootstrap.servers", servers, "isolation.level", "read_committed", "group.id", "reader");
            try (var consumer =
                    new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long end =
                        consumer.endOffsets(new HashSet<>(List.of(partition))).get(partition);
                var values = new ArrayList<byte[]>();
                while (consumer.position(partition) < end) {
                    for (var record : consumer.poll(Duration.ofMillis(100))) {
                        if (record.value() != null) {
                            values.add(record.value());
                        }
                    }
                }
                return values;
            }
        }
    }
}
