package io.polaroid.ingest.websocket;

import io.polaroid.schemas.registry.SchemaRegistry;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Runs a task as Connect would: offsets are what was committed last. */
final class TaskHarness implements AutoCloseable {
    private final WebSocketSource source;
    private final SchemaRegistry registry;
    private Map<String, Object> committed = Map.of();
    private WebSocketSourceTask task;

    TaskHarness(WebSocketSource source, SchemaRegistry registry) {
        this.source = source;
        this.registry = registry;
        this.task = start();
    }

    private WebSocketSourceTask start() {
        var started = new WebSocketSourceTask(url -> registry, InstantSource.system());
        started.initialize(new FakeContext());
        started.start(Map.of(WebSocketSourceConnector.SOURCE, source.toJson()));
        return started;
    }

    /** What one poll gives, empty for none. */
    List<SourceRecord> poll() throws InterruptedException {
        List<SourceRecord> records = task.poll();
        return records == null ? List.of() : records;
    }

    /** Commits records and the offset of the last one, as one transaction does. */
    @SuppressWarnings("unchecked")
    void commit(List<SourceRecord> records) {
        if (!records.isEmpty()) {
            committed = new HashMap<>((Map<String, Object>) records.getLast().sourceOffset());
        }
    }

    Map<String, Object> committed() {
        return committed;
    }

    /** As if the feed had not kept so many messages: it goes on behind them. */
    void forget(long messages) {
        committed.put("position", (Long) committed.get("position") + messages);
    }

    void restart() {
        task.stop();
        task = start();
    }

    @Override
    public void close() {
        task.stop();
    }

    private final class FakeContext implements SourceTaskContext {
        @Override
        public Map<String, String> configs() {
            return Map.of();
        }

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return new OffsetStorageReader() {
                @Override
                public <T> Map<String, Object> offset(Map<String, T> partition) {
                    return committed.isEmpty() || !partition.equals(Map.of("source", source.name())) ? null : committed;
                }

                @Override
                public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                    throw new UnsupportedOperationException();
                }
            };
        }
    }
}
