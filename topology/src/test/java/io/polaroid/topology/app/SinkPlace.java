package io.polaroid.topology.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What a sink task asks of its worker: where to go on reading. */
record SinkPlace(Consumer<byte[], byte[]> consumer) implements SinkTaskContext {
    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
        offsets.forEach(this::offset);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        consumer.seek(partition, offset);
    }

    @Override
    public Set<TopicPartition> assignment() {
        return consumer.assignment();
    }

    @Override
    public Map<String, String> configs() {
        return Map.of();
    }

    @Override
    public void timeout(long millis) {}

    @Override
    public void pause(TopicPartition... partitions) {}

    @Override
    public void resume(TopicPartition... partitions) {}

    @Override
    public void requestCommit() {}

    /** Metrics that nobody asks for. */
    @Override
    public PluginMetrics pluginMetrics() {
        return new PluginMetrics() {
            @Override
            public MetricName metricName(String name, String what, LinkedHashMap<String, String> tags) {
                return new MetricName(name, "plugins", what, tags);
            }

            @Override
            public void addMetric(MetricName name, MetricValueProvider<?> value) {}

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
