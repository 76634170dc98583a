package io.polaroid.topology.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a pipeline runs.
 *
 * @param bootstrapServers the Kafka cluster
 * @param stateFolder where Kafka Streams keeps what is local
 * @param commitInterval how often results are committed, and so become visible
 * @param kafka raw Kafka Streams properties that override ours
 */
public record StreamsSettings(
        String bootstrapServers, Path stateFolder, Duration commitInterval, Map<String, String> kafka) {
    public StreamsSettings {
        kafka = Map.copyOf(kafka);
    }

    /** Settings with a commit every 100 ms. */
    public static StreamsSettings of(String bootstrapServers, Path stateFolder) {
        return new StreamsSettings(bootstrapServers, stateFolder, Duration.ofMillis(100), Map.of());
    }
}
