package io.polaroid.bench.dsl;

import io.polaroid.bench.child.Contestant;
import io.polaroid.bench.child.FirstRow;
import io.polaroid.bench.child.Guarantee;
import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.Bar;
import io.polaroid.bench.workload.ResultRows;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

/** Kafka Streams' DSL, tuned for catching up. */
public final class DslApp implements Contestant {
    private static final long CACHE_BYTES = 64L << 20;

    private final Task task;
    private final KafkaStreams streams;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    /** An application for this task. */
    public DslApp(Task task) {
        this.task = task;
        var properties = properties(task);
        this.streams = new KafkaStreams(new DslTopology(task).build(properties), properties);
        streams.setUncaughtExceptionHandler(failure -> {
            finished.completeExceptionally(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    }

    private static Properties properties(Task task) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, task.application());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, task.bootstrap());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, task.folder().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, task.threads());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, task.commitMillis());
        properties.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                task.guarantee() == Guarantee.EOS ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
        properties.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 20_000);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        // Event times are years old: by its own retention the broker would delete the changelog while it is written.
        properties.put(
                StreamsConfig.WINDOW_STORE_CHANGE_LOG_ADDITIONAL_RETENTION_MS_CONFIG,
                Duration.ofDays(36_500).toMillis());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 10);
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG), FirstRow.class.getName());
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), task.lingerMillis());
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
        return properties;
    }

    @Override
    public void start() {
        streams.start();
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    @Override
    public Optional<String> answer() {
        if (!task.job().resamples() || streams.state() != KafkaStreams.State.RUNNING) {
            return Optional.empty();
        }
        try {
            ReadOnlyWindowStore<String, Bar> store = streams.store(
                    StoreQueryParameters.fromNameAndType(DslTopology.STORE, QueryableStoreTypes.windowStore()));
            long count = 0;
            double volume = 0;
            try (var windows = store.all()) {
                while (windows.hasNext()) {
                    count++;
                    volume += windows.next().value.volume;
                }
            }
            return Optional.of(count + " " + Math.round(volume * 100));
        } catch (InvalidStateStoreException e) {
            return Optional.empty();
        }
    }

    @Override
    public String outputSchema() {
        return switch (task.job()) {
            case RESAMPLE_1S, RESAMPLE_1M -> ResultRows.BAR;
            case ROLLING_60S -> ResultRows.ROLLING;
            case ASOF -> ResultRows.ENRICHED;
        };
    }

    @Override
    public void close() {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(60)));
    }
}
