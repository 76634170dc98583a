package io.polaroid.topology.frame;

import io.polaroid.store.Stores;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;

/** Frames under {@code group.protocol=streams}, where Kafka Streams makes its main consumer without asking the supplier. */
public final class FramedProtocol {
    private FramedProtocol() {}

    /** Whether the properties ask for this protocol. */
    public static boolean streams(Properties properties) {
        var protocol = properties.getOrDefault(StreamsConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name());
        return protocol.toString().toUpperCase(Locale.ROOT).equals(GroupProtocol.STREAMS.name());
    }

    /** Adds what puts frames behind that consumer, if the properties ask for this protocol. */
    public static void configure(Properties properties, FrameCoalescer coalescer) {
        if (streams(properties)) {
            properties.putAll(Stores.streamsProtocol(coalescer::polled, coalescer::stands));
        }
    }
}
