package io.polaroid.bench.run;

import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.bench.workload.Workload;
import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.record.BatchKey;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/** Writes a feed into its topic, and the same rows into the oracle. */
final class Preload {
    private static final long TRADE_SEED = 1;
    private static final long QUOTE_SEED = 2;
    private static final int BATCH_ROWS = 1_000;

    private final Cluster cluster;
    private final Oracle oracle;

    Preload(Cluster cluster, Oracle oracle) {
        this.cluster = cluster;
        this.oracle = oracle;
    }

    void trades(Workload workload, String topic) {
        write(workload, topic, TRADE_SEED, InputRow::encodeTrade);
    }

    void quotes(Workload workload, String topic) {
        write(workload, topic, QUOTE_SEED, InputRow::encodeQuote);
    }

    /** The same trades in Arrow batches. */
    void tradeBatches(Workload workload, String topic) {
        batches(
                workload,
                topic,
                TRADE_SEED,
                BuiltInSchemas.trade(),
                (symbol, micros, price, size) -> ArrayRow.of(symbol, micros, price, size, 0L));
    }

    /** The same quotes in Arrow batches. */
    void quoteBatches(Workload workload, String topic) {
        batches(
                workload,
                topic,
                QUOTE_SEED,
                BuiltInSchemas.quote(),
                (symbol, micros, bid, size) -> ArrayRow.of(symbol, micros, bid, size, bid + 0.02, size, 0L));
    }

    @FunctionalInterface
    private interface Cells {
        Row of(String symbol, long micros, double price, double size);
    }

    private void batches(Workload workload, String topic, long seed, org.apache.avro.Schema schema, Cells cells) {
        cluster.create(topic, Workload.PARTITIONS);
        var symbols = workload.symbols();
        var partitions = partitions(symbols);
        var writer = BatchWriter.of(AvroArrow.toArrow(schema).orThrow());
        var failure = new AtomicReference<Exception>();
        List<List<Row>> waiting = new ArrayList<>();
        for (int i = 0; i < Workload.PARTITIONS; i++) {
            waiting.add(new ArrayList<>());
        }
        try (var producer = new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            workload.play(seed, (symbol, millis, price, size) -> {
                int partition = partitions[symbol];
                var rows = waiting.get(partition);
                rows.add(cells.of(symbols[symbol], millis * 1_000, price, size));
                if (rows.size() == BATCH_ROWS) {
                    send(producer, topic, partition, writer.write(rows), failure);
                    rows.clear();
                }
            });
            for (int i = 0; i < Workload.PARTITIONS; i++) {
                if (!waiting.get(i).isEmpty()) {
                    send(producer, topic, i, writer.write(waiting.get(i)), failure);
                }
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the feed could not be written", failure.get());
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            String topic,
            int partition,
            byte[] value,
            AtomicReference<Exception> failure) {
        var unused = producer.send(new ProducerRecord<>(topic, partition, BatchKey.bytes(), value), (sent, e) -> {
            if (e != null) {
                failure.set(e);
            }
        });
    }

    private static int[] partitions(String[] symbols) {
        var partitions = new int[symbols.length];
        for (int i = 0; i < symbols.length; i++) {
            partitions[i] = Utils.toPositive(Utils.murmur2(AvroBytes.key(symbols[i]))) % Workload.PARTITIONS;
        }
        return partitions;
    }

    @FunctionalInterface
    private interface Encoder {
        byte[] encode(AvroBytes out, String symbol, long millis, double price, double size);
    }

    private void write(Workload workload, String topic, long seed, Encoder encoder) {
        cluster.create(topic, Workload.PARTITIONS);
        var symbols = workload.symbols();
        var keys = new byte[symbols.length][];
        var partitions = partitions(symbols);
        for (int i = 0; i < symbols.length; i++) {
            keys[i] = AvroBytes.key(symbols[i]);
        }
        var offsets = new long[Workload.PARTITIONS];
        var failure = new AtomicReference<Exception>();
        var out = new AvroBytes();
        try (var rows = oracle.table(topic);
                var producer = new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            workload.play(seed, (symbol, millis, price, size) -> {
                int partition = partitions[symbol];
                var value = encoder.encode(out, symbols[symbol], millis, price, size);
                var unused = producer.send(
                        new ProducerRecord<>(topic, partition, millis, keys[symbol], value), (sent, e) -> {
                            if (e != null) {
                                failure.set(e);
                            }
                        });
                rows.add(symbols[symbol], millis, price, size, partition, offsets[partition]++);
            });
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the feed could not be written", failure.get());
        }
    }

    private Map<String, Object> settings() {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                cluster.bootstrap(),
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                50,
                ProducerConfig.BATCH_SIZE_CONFIG,
                64 * 1024,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                64L << 20);
    }
}
