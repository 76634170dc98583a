package io.polaroid.sinks.parquet;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Remembers where a task wants to go on, and which metrics it shows. */
final class FakeSinkTaskContext implements SinkTaskContext {
    final Map<TopicPartition, Long> offsets = new HashMap<>();
    final Map<String, MetricValueProvider<?>> metrics = new HashMap<>();

    @Override
    public Map<String, String> configs() {
        return Map.of();
    }

    @Override
    public void offset(Map<TopicPartition, Long> more) {
        offsets.putAll(more);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        offsets.put(partition, offset);
    }

    @Override
    public void timeout(long millis) {}

    @Override
    public Set<TopicPartition> assignment() {
        return offsets.keySet();
    }

    @Override
    public void pause(TopicPartition... partitions) {}

    @Override
    public void resume(TopicPartition... partitions) {}

    @Override
    public void requestCommit() {}

    @Override
    public PluginMetrics pluginMetrics() {
        return new PluginMetrics() {
            @Override
            public MetricName metricName(String name, String what, LinkedHashMap<String, String> tags) {
                return new MetricName(name, "plugins", what, tags);
            }

            @Override
            public void addMetric(MetricName name, MetricValueProvider<?> value) {
                metrics.put(name.name(), value);
            }

            @Override
            public void removeMetric(MetricName name) {}

            @Override
            public Sensor addSensor(String name) {
                throw new UnsupportedOperationException("sensors");
            }

            @Override
            public void removeSensor(String name) {}
        };
    }
}
