package io.polaroid.bench.run;

import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.bench.workload.Workload;
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

    @FunctionalInterface
    private interface Encoder {
        byte[] encode(AvroBytes out, String symbol, long millis, double price, double size);
    }

    private void write(Workload workload, String topic, long seed, Encoder encoder) {
        cluster.create(topic, Workload.PARTITIONS);
        var symbols = workload.symbols();
        var keys = new byte[symbols.length][];
        var partitions = new int[symbols.length];
        for (int i = 0; i < symbols.length; i++) {
            keys[i] = AvroBytes.key(symbols[i]);
            partitions[i] = Utils.toPositive(Utils.murmur2(keys[i])) % Workload.PARTITIONS;
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
