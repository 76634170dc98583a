package io.polaroid.topology.load;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.row.ArrayRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Trades of a thousand symbols, Zipf distributed, of which one in a hundred comes up to 5 s late: 39 bytes of Avro each. */
final class TradeFeed {
    private static final int SYMBOLS = 1_000;
    private static final long BASE = 1_723_161_256_000_000L;
    private static final long MEAN_GAP_MICROS = 840;
    private static final long LATEST_MICROS = 5_000_000;

    private TradeFeed() {}

    static void send(String servers, String topic, int partitions, int rows, SchemaRegistry registry) {
        var codec = RowCodec.of(BuiltInSchemas.trade(), topic + "-value", registry).orThrow();
        var random = new SplittableRandom(20260);
        double[] cumulative = zipf();
        byte[][] keys = new byte[SYMBOLS][];
        int[] partitionOf = new int[SYMBOLS];
        double[] prices = new double[SYMBOLS];
        for (int i = 0; i < SYMBOLS; i++) {
            keys[i] = symbol(i).getBytes(StandardCharsets.UTF_8);
            partitionOf[i] = SeriesKey.partition(symbol(i), partitions);
            prices[i] = 10 + random.nextInt(50_000) / 100.0;
        }
        Map<String, Object> config = Map.of(
                "bootstrap.servers", servers, "linger.ms", 20, "batch.size", 1 << 18, "compression.type", "lz4");
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            long now = BASE;
            for (int i = 0; i < rows; i++) {
                now += random.nextLong(2 * MEAN_GAP_MICROS);
                long ts = now - (random.nextInt(100) == 0 ? random.nextLong(LATEST_MICROS) : 0);
                int symbol = pick(cumulative, random.nextDouble());
                prices[symbol] = Math.max(1, prices[symbol] + (random.nextInt(11) - 5) / 100.0);
                double size = (1 + random.nextInt(5_000)) / 1_000.0;
                byte[] value = codec.encode(ArrayRow.of(symbol(symbol), ts, prices[symbol], size, (long) i));
                producer.send(new ProducerRecord<>(topic, partitionOf[symbol], ts / 1_000, keys[symbol], value));
            }
        }
    }

    private static String symbol(int number) {
        return "S" + (1_000 + number) % 1_000 / 100 + number / 10 % 10 + number % 10;
    }

    private static double[] zipf() {
        double[] cumulative = new double[SYMBOLS];
        double sum = 0;
        for (int i = 0; i < SYMBOLS; i++) {
            sum += 1.0 / (i + 1);
            cumulative[i] = sum;
        }
        for (int i = 0; i < SYMBOLS; i++) {
            cumulative[i] /= sum;
        }
        return cumulative;
    }

    private static int pick(double[] cumulative, double at) {
        int found = Arrays.binarySearch(cumulative, at);
        return Math.min(SYMBOLS - 1, found < 0 ? -found - 1 : found);
    }
}
