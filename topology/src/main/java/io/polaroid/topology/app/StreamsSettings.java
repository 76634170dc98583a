package io.polaroid.topology.app;

import io.polaroid.topology.frame.FrameSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How a pipeline runs.
 *
 * @param bootstrapServers the Kafka cluster
 * @param stateFolder where Kafka Streams keeps what is local; each instance has its own
 * @param commitInterval how often results are committed, and so become visible
 * @param kafka raw Kafka Streams properties that override ours
 * @param frames how many rows are handed to processors at once
 * @param cluster how instances share the partitions
 * @param state what the stores may take
 */
public record StreamsSettings(
        String bootstrapServers,
        Path stateFolder,
        Duration commitInterval,
        Map<String, String> kafka,
        FrameSettings frames,
        ClusterSettings cluster,
        StateSettings state) {
    public StreamsSettings {
        kafka = Map.copyOf(kafka);
    }

    /** Settings of an instance that is alone, with limits as they are usual. */
    public StreamsSettings(
            String bootstrapServers,
            Path stateFolder,
            Duration commitInterval,
            Map<String, String> kafka,
            FrameSettings frames) {
        this(
                bootstrapServers,
                stateFolder,
                commitInterval,
                kafka,
                frames,
                ClusterSettings.standard(),
                StateSettings.standard());
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

    /** The same, where other instances of the application find this one over Flight, to ask for partitions that it has. */
    public StreamsSettings answeringAt(String host, int port) {
        var more = new HashMap<>(kafka);
        more.put(StreamsConfig.APPLICATION_SERVER_CONFIG, host + ":" + port);
        return new StreamsSettings(bootstrapServers, stateFolder, commitInterval, more, frames, cluster, state);
    }

    /** The same as one of several instances. */
    public StreamsSettings with(ClusterSettings newCluster) {
        return new StreamsSettings(bootstrapServers, stateFolder, commitInterval, kafka, frames, newCluster, state);
    }

    /** The same with other limits. */
    public StreamsSettings with(StateSettings newState) {
        return new StreamsSettings(bootstrapServers, stateFolder, commitInterval, kafka, frames, cluster, newState);
    }
}
