package io.polaroid.bench.latency;

import io.polaroid.bench.child.Guarantee;
import io.polaroid.bench.child.Task;
import io.polaroid.bench.child.Ticks;
import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.bench.workload.Workload;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Produces rows at a rate and reads the results meanwhile. */
final class LiveLoad {
    private static final long TICK_NANOS = 500_000;
    private static final long BAR_MILLIS = 1_000;
    private static final int LINGER_MILLIS = 5;
    /** How long results that are behind are waited for. */
    private static final long DRAIN_MILLIS = 5_000;

    private final Task task;
    private final int rate;
    private final int series;
    private volatile long countFrom = Long.MAX_VALUE;
    private volatile long countTo = Long.MAX_VALUE;
    private volatile boolean ended;

    /**
     * What was seen.
     *
     * @param millis latency of each bar
     * @param sentPerSecond rows that were really sent
     */
    record Sample(long[] millis, double sentPerSecond) {}

    LiveLoad(Task task, int rate, int series) {
        this.task = task;
        this.rate = rate;
        this.series = series;
    }

    /** Warms up, then counts. */
    Sample run(int warmUpSeconds, int seconds) throws Exception {
        var latencies = CompletableFuture.supplyAsync(this::read, command -> {
            var thread = new Thread(command, "latency-reader");
            thread.setDaemon(true);
            thread.start();
        });
        long begin = Ticks.epochMillis();
        countFrom = begin + warmUpSeconds * 1_000L;
        countTo = countFrom + seconds * 1_000L;
        long sent = produce((warmUpSeconds + seconds) * 1_000_000_000L);
        double took = (Ticks.epochMillis() - begin) / 1e3;
        Thread.sleep(DRAIN_MILLIS);
        ended = true;
        return new Sample(latencies.get(30, TimeUnit.SECONDS), sent / took);
    }

    private long produce(long nanos) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                task.bootstrap(),
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                LINGER_MILLIS);
        var symbols = new Workload(1, series, Workload.Skew.UNIFORM).symbols();
        var random = new SplittableRandom(3);
        var out = new AvroBytes();
        long sent = 0;
        long begin = Ticks.nanos();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long passed = 0; passed < nanos; passed = Ticks.nanos() - begin) {
                long millis = Ticks.epochMillis();
                for (long due = (long) (passed / 1e9 * rate); sent < due; sent++) {
                    var symbol = symbols[random.nextInt(series)];
                    var value = InputRow.encodeTrade(out, symbol, millis, 100, 1);
                    var unused = producer.send(
                            new ProducerRecord<>(task.trades(), null, millis, AvroBytes.key(symbol), value));
                }
                LockSupport.parkNanos(TICK_NANOS);
            }
        }
        return sent;
    }

    private long[] read() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                task.bootstrap(),
                "isolation.level",
                task.guarantee() == Guarantee.EOS ? "read_committed" : "read_uncommitted");
        var latencies = LongStream.builder();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = IntStream.range(0, Workload.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(task.output(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!ended) {
                var records = consumer.poll(Duration.ofMillis(50));
                long now = Ticks.epochMillis();
                for (var record : records) {
                    if (record.value() == null) {
                        // A control record: a view's topic carries its progress on.
                        continue;
                    }
                    long end = InputRow.timeOf(record.value()) + BAR_MILLIS;
                    if (end >= countFrom && end < countTo) {
                        latencies.add(now - end);
                    }
                }
            }
        }
        return latencies.build().toArray();
    }
}
