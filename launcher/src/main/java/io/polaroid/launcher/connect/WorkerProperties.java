package io.polaroid.launcher.connect;

import java.util.HashMap;
import java.util.Map;

/** The settings of the embedded worker: exactly-once sources, committed reads for sinks, quick take-over after a kill. */
final class WorkerProperties {
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    private static final int OFFSET_SEGMENT_BYTES = 16 << 20;

    private WorkerProperties() {}

    static Map<String, String> of(String group, String bootstrap, int restPort) {
        var config = new HashMap<String, String>();
        config.put("bootstrap.servers", bootstrap);
        config.put("group.id", group);
        config.put("listeners", "http://127.0.0.1:" + restPort);
        config.put("rest.advertised.host.name", "127.0.0.1");
        config.put("key.converter", BYTES);
        config.put("value.converter", BYTES);
        config.put("header.converter", "org.apache.kafka.connect.storage.SimpleHeaderConverter");
        config.put("plugin.discovery", "service_load");
        config.put("exactly.once.source.support", "enabled");
        config.put("connector.client.config.override.policy", "All");
        config.put("config.providers", HeldSettings.NAME);
        config.put("config.providers." + HeldSettings.NAME + ".class", HeldSettings.class.getName());
        internalTopics(group, config);
        quickRecovery(config);
        clients(config);
        return config;
    }

    private static void internalTopics(String group, Map<String, String> config) {
        for (String topic : new String[] {"config", "offset", "status"}) {
            config.put(topic + ".storage.topic", group + "." + topic);
            config.put(topic + ".storage.replication.factor", "1");
        }
        config.put("offset.storage.partitions", "1");
        // A source writes its offset with each transaction, and a start reads all that has not been compacted.
        config.put("offset.storage.segment.bytes", Integer.toString(OFFSET_SEGMENT_BYTES));
        config.put("status.storage.partitions", "1");
    }

    private static void quickRecovery(Map<String, String> config) {
        // A killed worker's seat in the group is free after this long; the next start of the process waits for it.
        config.put("session.timeout.ms", "3000");
        config.put("heartbeat.interval.ms", "500");
        config.put("scheduled.rebalance.max.delay.ms", "0");
        config.put("worker.unsync.backoff.ms", "1000");
        config.put("task.shutdown.graceful.timeout.ms", "5000");
        // Sinks commit what they have made durable; the interval is also how stale a restart finds their position.
        config.put("offset.flush.interval.ms", "1000");
    }

    private static void clients(Map<String, String> config) {
        config.put("consumer.isolation.level", "read_committed");
        config.put("consumer.auto.offset.reset", "earliest");
        config.put("consumer.session.timeout.ms", "6000");
        config.put("consumer.heartbeat.interval.ms", "1000");
        config.put("consumer.max.poll.records", "5000");
        config.put("consumer.fetch.max.wait.ms", "100");
        config.put("producer.compression.type", "lz4");
        config.put("producer.linger.ms", "5");
        config.put("producer.batch.size", "262144");
    }
}
