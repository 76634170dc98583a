package io.polaroid.topology.app;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.topology.BatchOracle.Tick;
import io.polaroid.topology.ClusterMarket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Random trades and quotes: out of order, late, twice, and some that are no rows; keeps what it sent. */
final class ClusterFeed implements AutoCloseable {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long SECOND = 1_000_000L;

    /** A row comes less than so long behind the newest one. */
    private static final long LATEST = 6 * SECOND;

    /** A trade comes once more within this time. */
    private static final long REPEATED = 50 * SECOND;

    private static final List<String> SYMBOLS = List.of("A", "B", "C", "D", "E", "F", "G", "H");

    private final SplittableRandom random;
    private final RowCodec trades;
    private final RowCodec quotes;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, List<Tick>> ticks = new HashMap<>();
    private final Map<String, Long> ends = new HashMap<>();
    private final Set<String> poison = new HashSet<>();
    private final List<Sent> unknown = new ArrayList<>();
    private final Map<String, List<Known>> known = new HashMap<>();
    private long now = BASE;
    private long settled = BASE;
    private long id;

    /** A trade that can come once more. */
    private record Known(long ts, long id) {}

    private record Sent(Future<RecordMetadata> where, LongConsumer then) {}

    ClusterFeed(String servers, HashRegistry registry, SplittableRandom random) {
        this.random = random;
        this.trades =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
        this.quotes =
                RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry).orThrow();
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "linger.ms", 5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Sends records and returns when all are in their topics. */
    void play(int records) throws Exception {
        for (int i = 0; i < records; i++) {
            now += random.nextLong(20_000);
            long ts = now - (random.nextInt(5) == 0 ? random.nextLong(LATEST) : 0);
            ts -= Math.floorMod(ts, 10_000);
            var symbol = SYMBOLS.get(random.nextInt(SYMBOLS.size()));
            switch (random.nextInt(40)) {
                case 0 -> poison(symbol, ts);
                case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 -> quote(symbol, ts);
                default -> trade(symbol, ts);
            }
        }
        producer.flush();
        for (Sent sent : unknown) {
            sent.then().accept(sent.where().get().offset());
        }
        unknown.clear();
    }

    /**
     * All that was played is committed. Then nothing happens for a while, mostly less than rows stay, sometimes longer.
     */
    void pause() {
        now += random.nextInt(6) == 0 ? 3 * REPEATED : random.nextLong(REPEATED);
        settled = now;
    }

    /** How far apart in event time rows can be that are not committed yet. */
    Duration waits() {
        return Duration.ofNanos((now - settled + LATEST) * 1_000);
    }

    private void trade(String symbol, long ts) {
        var earlier = known.computeIfAbsent(symbol, key -> new ArrayList<>());
        earlier.removeIf(trade -> trade.ts < now - REPEATED);
        boolean again = random.nextInt(20) == 0 && !earlier.isEmpty();
        long tradeId = again ? earlier.get(random.nextInt(earlier.size())).id : id++;
        if (!again) {
            earlier.add(new Known(ts, tradeId));
        }
        double price = 100 + random.nextInt(50) / 4.0;
        send(
                "trades",
                symbol,
                trades.encode(ArrayRow.of(symbol, ts, price, 1.5, tradeId)),
                offset -> tick("trades", new Tick(symbol, ts, price, 1.5, Optional.of(tradeId), offset)));
    }

    private void quote(String symbol, long ts) {
        long quoteId = id++;
        send(
                "quotes",
                symbol,
                quotes.encode(ArrayRow.of(symbol, ts, 1.0, 1.0, 2.0, 1.0, quoteId)),
                offset -> tick("quotes", new Tick(symbol, ts, 1, 1, Optional.of(quoteId), offset)));
    }

    /** Bytes that are no Avro, a price that its check refuses, one that is no number, or no value at all. */
    private void poison(String symbol, long ts) {
        byte[] value = switch (random.nextInt(4)) {
            case 0 -> new byte[] {1, 2, 3};
            case 1 -> trades.encode(ArrayRow.of(symbol, ts, -1.0, 1.5, id++));
            case 2 -> trades.encode(ArrayRow.of(symbol, ts, Double.NaN, 1.5, id++));
            default -> null;
        };
        int partition = partition(symbol);
        send("trades", symbol, value, offset -> poison.add("trades-" + partition + "/" + offset));
    }

    private void send(String topic, String symbol, byte[] value, LongConsumer then) {
        int partition = partition(symbol);
        var record = new ProducerRecord<>(topic, partition, symbol.getBytes(StandardCharsets.UTF_8), value);
        unknown.add(new Sent(producer.send(record), offset -> {
            ends.merge(topic + "-" + partition, offset + 1, Math::max);
            then.accept(offset);
        }));
    }

    private static int partition(String symbol) {
        return SeriesKey.partition(symbol, ClusterMarket.PARTITIONS);
    }

    private void tick(String topic, Tick tick) {
        ticks.computeIfAbsent(topic + "-" + partition(tick.symbol()), key -> new ArrayList<>())
                .add(tick);
    }

    List<Tick> ticks(String topic, int partition) {
        return ticks.getOrDefault(topic + "-" + partition, List.of());
    }

    /** Where each partition that has records ends, by {@code topic-partition}. */
    Map<String, Long> ends() {
        return Map.copyOf(ends);
    }

    long records(String topic) {
        return ends.entrySet().stream()
                .filter(end -> end.getKey().startsWith(topic + "-"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** {@code topic-partition/offset} of each record that is no row. */
    Set<String> poison() {
        return Set.copyOf(poison);
    }

    @Override
    public void close() {
        producer.close();
    }
}
