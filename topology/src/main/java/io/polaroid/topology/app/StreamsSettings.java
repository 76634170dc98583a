package io.polaroid.topology.app;

import io.polaroid.topology.frame.FrameSettings;
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
 * @param frames how many rows are handed to processors at once
 */
public record StreamsSettings(
        String bootstrapServers,
        Path stateFolder,
        Duration commitInterval,
        Map<String, String> kafka,
        FrameSettings frames) {
    public StreamsSettings {
        kafka = Map.copyOf(kafka);
    }

    /** Settings with frames of the usual size. */
    public StreamsSettings(
            String bootstrapServers, Path stateFolder, Duration commitInterval, Map<String, String> kafka) {
        this(bootstrapServers, stateFolder, commitInterval, kafka, FrameSettings.standard());
    }

    /** Settings with a commit every 100 ms. */
    public static StreamsSettings of(String bootstrapServers, Path stateFolder) {
        return new StreamsSettings(bootstrapServers, stateFolder, Duration.ofMillis(100), Map.of());
    }
}
