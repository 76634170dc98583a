package io.polaroid.topology.frame;

import io.polaroid.store.Stores;
import java.util.Locale;
import java.util.Properties;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;

/** Frames under {@code group.protocol=streams}, where Kafka Streams makes its main consumer without asking the supplier. */
public final class FramedProtocol {
    private FramedProtocol() {}

    /** Adds what puts frames behind that consumer, if the properties ask for this protocol. */
    public static void configure(Properties properties, FrameCoalescer coalescer) {
        var protocol = properties.getOrDefault(StreamsConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name());
        if (protocol.toString().toUpperCase(Locale.ROOT).equals(GroupProtocol.STREAMS.name())) {
            properties.putAll(Stores.streamsProtocol(coalescer::coalesce));
        }
    }
}
