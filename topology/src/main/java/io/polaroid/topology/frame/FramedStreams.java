package io.polaroid.topology.frame;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.Properties;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** Makes Kafka Streams over frames, and makes sure that frames will come. */
public final class FramedStreams {
    private FramedStreams() {}

    /**
     * Kafka Streams, not started, whose main consumers all give their rows to {@code coalescer}.
     *
     * @param properties after {@link FramedProtocol#configure}
     * @param clients makes its clients, except for main consumers under the streams protocol
     * @throws PolaroidException {@code INTERNAL} if a stream thread has a main consumer of another kind; its rows would come one by one,
     *     and what it commits would never be shown
     */
    public static KafkaStreams of(
            Topology topology, Properties properties, KafkaClientSupplier clients, FrameCoalescer coalescer) {
        int before = coalescer.consumers();
        var streams = new KafkaStreams(topology, properties, MainConsumers.of(clients, coalescer));
        int threads = new StreamsConfig(properties).getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG);
        int framed = coalescer.consumers() - before;
        if (framed == threads) {
            return streams;
        }
        streams.close();
        throw new PolaroidException(Problem.of(
                ProblemCode.INTERNAL,
                "Kafka Streams %s has made %d stream threads, and %d main consumers that join rows into frames: it makes them in a way that is not known; use the version of kafka-streams that comes with Polaroid"
                        .formatted(AppInfoParser.getVersion(), threads, framed)));
    }
}
