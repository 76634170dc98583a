package io.polaroid.store.kafka;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.entry.EntryStore;
import io.polaroid.store.entry.Retention;
import io.polaroid.store.kafka.ArrowWindowStore.Duplicates;
import io.polaroid.store.kafka.ArrowWindowStore.Windows;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.SessionBytesStoreSupplier;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;

/**
 * Suppliers of Arrow stores for the DSL of Kafka Streams ({@code Materialized.as}, {@code StreamJoined.withThisStoreSupplier})
 * and for {@code Stores.keyValueStoreBuilder} and its like. Names are as in Kafka's {@code Stores}: the DSL keeps timestamps
 * beside values, so it wants the timestamped kinds.
 *
 * <p>Give {@code KafkaStreams} the clients of {@code io.polaroid.store.Stores.clients()}: with them, queries see what is
 * committed, and files are written while the application runs.
 *
 * @param allocator parent of the stores' allocators
 * @param limits what the stores of the process may take together
 */
public record KafkaStores(BufferAllocator allocator, StoreLimits limits) {
    private static final String METRICS_SCOPE = "arrow";

    /** Stores that share limits of their own. */
    public KafkaStores(BufferAllocator allocator) {
        this(allocator, new StoreLimits());
    }

    /** A key-value store of plain values. */
    public KeyValueBytesStoreSupplier keyValueStore(String name) {
        return new Suppliers.KeyValue(name, METRICS_SCOPE, () -> new ArrowKeyValueStore(entries(name)));
    }

    /** A key-value store of values with timestamps, which is what the DSL's tables are. */
    public KeyValueBytesStoreSupplier timestampedKeyValueStore(String name) {
        return new Suppliers.KeyValue(name, METRICS_SCOPE, () -> new ArrowKeyValueStore.WithTimestamps(entries(name)));
    }

    /**
     * A window store of plain values that keeps duplicates, which is what the DSL's joins of streams want.
     *
     * @param retention how long windows stay, in their start below the latest start
     * @param windowSize how long each is
     */
    public WindowBytesStoreSupplier joinWindowStore(String name, Duration retention, Duration windowSize) {
        var windows = windows(retention, windowSize, Duplicates.RETAIN);
        return window(name, windows, () -> new ArrowWindowStore(entries(name, windows.retention()), windows));
    }

    /**
     * A window store of plain values.
     *
     * @param retention how long windows stay, in their start below the latest start
     * @param windowSize how long each is
     */
    public WindowBytesStoreSupplier windowStore(String name, Duration retention, Duration windowSize) {
        var windows = windows(retention, windowSize, Duplicates.REPLACE);
        return window(name, windows, () -> new ArrowWindowStore(entries(name, windows.retention()), windows));
    }

    /**
     * A window store of values with timestamps, which is what the DSL's windowed aggregations are.
     *
     * @param retention how long windows stay, in their start below the latest start
     * @param windowSize how long each is
     */
    public WindowBytesStoreSupplier timestampedWindowStore(String name, Duration retention, Duration windowSize) {
        var windows = windows(retention, windowSize, Duplicates.REPLACE);
        return window(
                name, windows, () -> new ArrowWindowStore.WithTimestamps(entries(name, windows.retention()), windows));
    }

    /**
     * A session store.
     *
     * @param retention how long sessions stay, in their end below the latest end
     */
    public SessionBytesStoreSupplier sessionStore(String name, Duration retention) {
        Retention kept = retention(retention);
        return new Suppliers.Session(name, METRICS_SCOPE, kept, () -> new ArrowSessionStore(entries(name, kept), kept));
    }

    private static WindowBytesStoreSupplier window(String name, Windows windows, Supplier<ArrowWindowStore> maker) {
        return new Suppliers.Window(name, METRICS_SCOPE, windows, maker);
    }

    private static Windows windows(Duration retention, Duration size, Duplicates duplicates) {
        if (retention.compareTo(size) < 0) {
            throw new IllegalArgumentException(
                    "retention is " + retention + "; it has to be at least the window size of " + size);
        }
        return new Windows(size.toMillis(), duplicates, retention(retention));
    }

    private static Retention retention(Duration retention) {
        if (retention.toMillis() <= 0) {
            throw new IllegalArgumentException("retention is " + retention + "; it has to be positive");
        }
        return Retention.of(retention.toMillis());
    }

    private EntryStore entries(String name) {
        return new EntryStore(name, allocator, limits);
    }

    private EntryStore entries(String name, Retention retention) {
        return entries(name).retaining(retention);
    }
}
