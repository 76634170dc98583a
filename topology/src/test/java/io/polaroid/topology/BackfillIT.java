package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.stream.StreamRules;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.testsupport.FeedProducer;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.app.StreamsApp;
import io.polaroid.topology.app.StreamsSettings;
import io.polaroid.topology.app.Topics;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import io.polaroid.topology.prove.Backfill;
import io.polaroid.topology.prove.Brought;
import io.polaroid.topology.prove.History;
import io.polaroid.topology.prove.Proof;
import io.polaroid.topology.prove.Prover;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * History, then live, without a seam: a session of which the first part is history only, the second part is in both, and live has lost
 * rows of it and got others too late. Afterwards the beginning of the topic goes, and proofs take it from what sinks have.
 */
class BackfillIT {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final int PARTITIONS = 2;
    private static final List<String> SYMBOLS = List.of("A", "B", "C", "D", "E");
    private static final int TRADES = 1_200;

    @TempDir
    Path folder;

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final Pipeline pipeline = Market.only(
            Market.pipeline(Duration.ofMillis(500), Duration.ofSeconds(2), PARTITIONS), List.of("bars_1s", "vwap_5s"));
    private final ViewSpec bars = Objects.requireNonNull(pipeline.views().get("bars_1s"));

    private record Trade(String symbol, long ts, double price, double size, long id) {
        Row row() {
            return ArrayRow.of(symbol, ts, price, size, id);
        }
    }

    /** The rows of the stream as a sink would have written them, by partition and offset. */
    private static final class Written implements History {
        final Map<String, TreeMap<Long, Row>> rows = new HashMap<>();

        @Override
        public long boundary(String topic, int partition) {
            var of = rows.get(topic + partition);
            return of == null ? -1 : of.lastKey();
        }

        @Override
        public void read(
                String topic,
                int partition,
                org.apache.arrow.vector.types.pojo.Schema columns,
                long below,
                History.Each each) {
            rows.getOrDefault(topic + partition, new TreeMap<>()).headMap(below).forEach(each::take);
        }
    }

    @Test
    @Timeout(240)
    void historyAndLiveAreOneAndStayProvableWhenTheTopicForgets() throws Exception {
        var session = session();
        try (var broker = EmbeddedBroker.open();
                var allocator = new RootAllocator()) {
            String servers = broker.bootstrapServers();
            Topics.create(pipeline, servers);
            var topology = PipelineTopology.of(pipeline, registry, allocator, new Running())
                    .orThrow();
            var written = new Written();
            try (var app = StreamsApp.open(pipeline, StreamsSettings.of(servers, folder), registry, allocator)) {
                await(app, play(live(session), servers, written));
            }
            Instant from = time(BASE);
            Instant to = time(session.getLast().ts() - 10 * SECOND).truncatedTo(ChronoUnit.SECONDS);
            // Given a time that still takes corrections
            assertThatThrownBy(() -> backfill(servers, topology)
                            .run(from, time(session.getLast().ts()), history(session)))
                    .isInstanceOf(PolaroidException.class)
                    .hasMessageContaining("within grace");
            // When
            var done = backfill(servers, topology).run(from, to, history(session));
            // Then
            assertThat(done.added()).isPositive();
            assertThat(done.revised()).isPositive();
            assertThat(done.cuts()).anyMatch(line -> line.contains("by the feed's id"));
            assertThat(published(servers, to)).isEqualTo(oracle(session, to));
            var again = backfill(servers, topology).run(from, to, history(session));
            assertThat(again.added() + again.revised()).isZero();
            assertThat(again.unchanged()).isEqualTo(oracle(session, to).size());
            proofs(session, servers, topology);
            forgotten(session, servers, topology, written);
        }
    }

    private Backfill backfill(String servers, PipelineTopology topology) {
        return new Backfill(pipeline, bars, registry, topology, servers, History.NONE);
    }

    private void proofs(List<Trade> session, String servers, PipelineTopology topology) {
        var without = prove(bars, servers, topology, History.NONE, Map.of());
        assertThat(without.differences()).isEmpty();
        assertThat(without.backfilled()).isPositive();
        var with = prove(bars, servers, topology, History.NONE, history(session));
        assertThat(with.differences()).isEmpty();
        assertThat(with.backfilled()).isZero();
        var wrong = prove(bars, servers, topology, History.NONE, history(session.subList(1, session.size())));
        assertThat(wrong.differences()).isNotEmpty();
    }

    private void forgotten(List<Trade> session, String servers, PipelineTopology topology, Written written)
            throws Exception {
        var rolling = Objects.requireNonNull(pipeline.views().get("vwap_5s"));
        long first = 60;
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            var gone = new HashMap<TopicPartition, RecordsToDelete>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                gone.put(new TopicPartition("trades", partition), RecordsToDelete.beforeOffset(first));
            }
            admin.deleteRecords(gone).all().get();
        }
        assertThatThrownBy(() -> prove(rolling, servers, topology, History.NONE, Map.of()))
                .isInstanceOf(PolaroidException.class)
                .hasMessageContaining("older records are gone");
        for (ViewSpec view : List.of(bars, rolling)) {
            var proof = prove(view, servers, topology, written, history(session));
            assertThat(proof.differences()).as(view.name()).isEmpty();
            assertThat(proof.cuts()).hasSize(PARTITIONS).allMatch(cut -> cut.contains("60 rows below offset 60"));
        }
        int partition = SeriesKey.partition("A", PARTITIONS);
        var rows = Objects.requireNonNull(written.rows.get("trades" + partition));
        var cells = ((ArrayRow) rows.firstEntry().getValue()).cells().clone();
        cells[2] = 1.5;
        rows.put(rows.firstKey(), ArrayRow.of(cells));
        assertThat(prove(rolling, servers, topology, written, Map.of()).differences())
                .isNotEmpty();
    }

    private Proof prove(
            ViewSpec view, String servers, PipelineTopology topology, History history, Map<String, Brought> brought) {
        return new Prover(pipeline, view, registry, topology, servers, history, view.equals(bars) ? brought : Map.of())
                .prove(Optional.empty());
    }

    private static List<Trade> session() {
        var random = new SplittableRandom(11);
        var session = new ArrayList<Trade>();
        long now = BASE;
        for (int i = 0; i < TRADES; i++) {
            now += random.nextLong(100_000);
            session.add(new Trade(
                    SYMBOLS.get(random.nextInt(SYMBOLS.size())),
                    now,
                    100 + random.nextInt(50) / 8.0,
                    random.nextInt(1, 9),
                    i));
        }
        return session;
    }

    /** What live got, in order: the last two thirds, without some, and some of it far too late. */
    private static List<Trade> live(List<Trade> session) {
        var random = new SplittableRandom(12);
        var live = new ArrayList<Trade>();
        var held = new ArrayList<Trade>();
        for (Trade trade : session.subList(TRADES / 3, TRADES)) {
            boolean last = trade.id() > TRADES * 2 / 3;
            int luck = random.nextInt(20);
            if (last || luck > 1) {
                live.add(trade);
            } else if (luck == 1) {
                held.add(trade);
            }
            if (held.size() == 4) {
                live.addAll(held);
                held.clear();
            }
        }
        live.addAll(live.size() - 50, held);
        return live;
    }

    private Map<String, Brought> history(List<Trade> session) {
        var stream = Objects.requireNonNull(pipeline.streams().get("trades"));
        var history = new Brought(StreamRules.of(stream.declaration()).orThrow(), PARTITIONS);
        session.stream()
                .filter(trade -> trade.id() < TRADES * 2 / 3 + 1)
                .forEach(trade -> history.add(trade.row(), OptionalLong.empty()));
        return Map.of("trades", history);
    }

    private long play(List<Trade> live, String servers, Written written) {
        var codec =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
        try (var producer = FeedProducer.open(servers)) {
            for (Trade trade : live) {
                int partition = SeriesKey.partition(trade.symbol(), PARTITIONS);
                producer.send(new ProducerRecord<>(
                        "trades",
                        partition,
                        trade.symbol().getBytes(StandardCharsets.UTF_8),
                        codec.encode(trade.row())));
                var rows = written.rows.computeIfAbsent("trades" + partition, at -> new TreeMap<>());
                rows.put((long) rows.size(), trade.row());
            }
            producer.flush();
        }
        return live.size();
    }

    private static void await(StreamsApp app, long sent) throws InterruptedException {
        while (!app.views().stream()
                .allMatch(view -> view.counts().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()
                        >= sent)) {
            assertThat(app.failed()).isFalse();
            Thread.sleep(20);
        }
    }

    /** The newest revision of each bar before a time; no revision is missing and every partition has the cut. */
    private TreeMap<String, List<Object>> published(String servers, Instant to) {
        var codec = RowCodec.of(
                        PipelineTopology.of(pipeline, registry, new RootAllocator(), new Running())
                                .orThrow()
                                .viewAvroSchema("bars_1s"),
                        "bars_1s-value",
                        registry)
                .orThrow();
        var newest = new TreeMap<String, List<Object>>();
        var revisions = new HashMap<String, Long>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int cuts = 0;
            for (ConsumerRecord<byte[], byte[]> record : records(servers, partition)) {
                if (record.value() == null) {
                    var control = ControlRecord.fromKey(record.key()).orThrow();
                    cuts += control.kind() == ControlRecord.Kind.BACKFILL_CUT ? 1 : 0;
                    continue;
                }
                var row = codec.decode(record.value()).orThrow();
                if (row.isNull(9) || !time(row.longAt(1)).isBefore(to)) {
                    continue;
                }
                var key = row.valueAt(0) + " " + row.longAt(1);
                assertThat(row.longAt(9)).isEqualTo(revisions.merge(key, 0L, (was, none) -> was + 1));
                newest.put(
                        key,
                        List.of(
                                row.doubleAt(2),
                                row.doubleAt(3),
                                row.doubleAt(4),
                                row.doubleAt(5),
                                row.doubleAt(6),
                                row.longAt(7)));
            }
            assertThat(cuts).isPositive();
        }
        return newest;
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String servers, int partition) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        Map<String, Object> settings = Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var one = new TopicPartition("bars_1s", partition);
            consumer.assign(List.of(one));
            consumer.seekToBeginning(List.of(one));
            long end = consumer.endOffsets(List.of(one)).get(one);
            while (consumer.position(one) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /** Open, high, low, close, volume and count of each second, from all trades of the session. */
    private static TreeMap<String, List<Object>> oracle(List<Trade> session, Instant to) {
        var all = new TreeMap<String, List<Trade>>();
        for (Trade trade : session) {
            long start = Math.floorDiv(trade.ts(), SECOND) * SECOND;
            if (time(start).isBefore(to)) {
                all.computeIfAbsent(trade.symbol() + " " + start, at -> new ArrayList<>())
                        .add(trade);
            }
        }
        var bars = new TreeMap<String, List<Object>>();
        all.forEach((key, of) -> bars.put(
                key,
                List.of(
                        of.getFirst().price(),
                        of.stream().mapToDouble(Trade::price).max().orElseThrow(),
                        of.stream().mapToDouble(Trade::price).min().orElseThrow(),
                        of.getLast().price(),
                        of.stream().mapToDouble(Trade::size).sum(),
                        (long) of.size())));
        return bars;
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
