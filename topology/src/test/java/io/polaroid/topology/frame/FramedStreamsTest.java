package io.polaroid.topology.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.store.Stores;
import io.polaroid.timeseries.result.PolaroidException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract C3: each stream thread has a main consumer with frames, or nothing starts. Kafka Streams makes them before it connects. */
class FramedStreamsTest {
    private static final int THREADS = 3;

    @TempDir
    Path folder;

    private final FrameCoalescer coalescer = new FrameCoalescer(Set.of("in"), FrameSettings.standard());

    private Properties properties(String protocol) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "framed-" + protocol);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, protocol);
        return properties;
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void eachThreadHasAConsumerWithFrames(String protocol) {
        var properties = properties(protocol);
        FramedProtocol.configure(properties, coalescer);
        var topology = FrameRig.topology("in", "out", new FrameRig.Probe() {});
        try (var streams = FramedStreams.of(topology, properties, Stores.clients(), coalescer)) {
            assertThat(streams.isPaused()).isFalse();
            assertThat(coalescer.consumers()).isEqualTo(THREADS);
        }
    }

    @Test
    void refusesKafkaStreamsThatMakesItsConsumersItself() {
        // Given the streams protocol without what puts frames behind it, as after an upgrade that drops the internal
        // setting
        var properties = properties("streams");
        var topology = FrameRig.topology("in", "out", new FrameRig.Probe() {});
        // When, then
        assertThatThrownBy(() -> FramedStreams.of(topology, properties, Stores.clients(), coalescer))
                .isInstanceOf(PolaroidException.class)
                .hasMessageContaining("3 stream threads, and 0 main consumers that join rows into frames");
        assertThat(threadsOf("framed-streams")).isEmpty();
    }

    private static List<String> threadsOf(String application) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(application))
                .toList();
    }
}
