package io.polaroid.bench.raw;

import io.polaroid.bench.child.Contestant;
import io.polaroid.bench.child.FirstRow;
import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.AvroBytes;
import io.polaroid.bench.workload.Bar;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.bench.workload.ResultRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Consumers that decode by hand and aggregate in hash maps: no guarantee, no state that survives. {@code raw} counts the bars
 * that close, {@code raw-out} publishes them.
 */
public final class RawLoop implements Contestant {
    private final Task task;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong running = new AtomicLong();
    private final AtomicLong closedBars = new AtomicLong();
    private final Optional<KafkaProducer<byte[], byte[]>> producer;
    private volatile boolean closed;

    /** A loop for this task. */
    public RawLoop(Task task) {
        if (!task.job().resamples()) {
            throw new IllegalArgumentException("the raw loop resamples only");
        }
        this.task = task;
        this.producer = task.peer().equals("raw-out") ? Optional.of(producer(task)) : Optional.empty();
    }

    private static KafkaProducer<byte[], byte[]> producer(Task task) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        task.bootstrap(),
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.LINGER_MS_CONFIG,
                        task.lingerMillis(),
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void start() {
        running.set(task.threads());
        for (int i = 0; i < task.threads(); i++) {
            int index = i;
            var thread = new Thread(() -> consume(index), "raw-" + i);
            thread.setUncaughtExceptionHandler((t, e) -> finished.completeExceptionally(e));
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void consume(int index) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                task.bootstrap(),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                20_000,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                10,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                4 << 20,
                ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
                FirstRow.class.getName());
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(task.trades()).stream()
                    .filter(info -> info.partition() % task.threads() == index)
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long left = task.bounded()
                    ? consumer.endOffsets(partitions).values().stream()
                            .mapToLong(Long::longValue)
                            .sum()
                    : Long.MAX_VALUE;
            var states = new HashMap<Integer, Partition>();
            partitions.forEach(partition -> states.put(partition.partition(), new Partition()));
            while (left > 0 && !closed) {
                var records = consumer.poll(Duration.ofMillis(100));
                left -= records.count();
                for (TopicPartition partition : records.partitions()) {
                    var state = Objects.requireNonNull(states.get(partition.partition()));
                    records.records(partition).forEach(record -> state.add(record.value()));
                }
            }
        }
        if (running.decrementAndGet() == 0) {
            producer.ifPresent(KafkaProducer::flush);
            finished.complete(null);
        }
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    @Override
    public long counted() {
        return closedBars.get();
    }

    @Override
    public String outputSchema() {
        return ResultRows.BAR;
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        producer.ifPresent(KafkaProducer::close);
    }

    /** Open bars of one partition, by bucket and symbol. */
    private final class Partition {
        private final long every = task.job().millis();
        private final InputRow row = new InputRow();
        private final AvroBytes out = new AvroBytes();
        private final Map<Long, Map<String, Bar>> open = new HashMap<>();
        private long progress = Long.MIN_VALUE;
        private long firstOpen = Long.MAX_VALUE;
        private long lastStart = Long.MIN_VALUE;
        private Map<String, Bar> lastBucket = new HashMap<>();

        void add(byte[] value) {
            row.readTrade(value);
            long start = Math.floorDiv(row.millis, every) * every;
            if (start != lastStart) {
                lastStart = start;
                lastBucket = open.computeIfAbsent(start, missing -> new HashMap<>());
                firstOpen = Math.min(firstOpen, start);
            }
            lastBucket.computeIfAbsent(row.symbol, missing -> new Bar()).add(row.millis, row.price, row.size);
            if (row.millis > progress) {
                progress = row.millis;
                closePassed();
            }
        }

        private void closePassed() {
            while (firstOpen + every + task.disorderMillis() <= progress) {
                var closed = open.remove(firstOpen);
                if (closed != null) {
                    closedBars.addAndGet(closed.size());
                    long start = firstOpen;
                    closed.forEach((symbol, bar) -> publish(symbol, start, bar));
                }
                firstOpen = open.isEmpty() ? Long.MAX_VALUE - every - task.disorderMillis() : firstOpen + every;
                if (lastStart < firstOpen) {
                    lastStart = Long.MIN_VALUE;
                }
            }
        }

        private void publish(String symbol, long start, Bar bar) {
            if (producer.isPresent()) {
                var record = new ProducerRecord<>(
                        task.output(), null, start, AvroBytes.key(symbol), bar.encode(out, symbol, start));
                var unused = producer.get().send(record, (metadata, failure) -> {
                    if (failure != null) {
                        finished.completeExceptionally(failure);
                    }
                });
            }
        }
    }
}
