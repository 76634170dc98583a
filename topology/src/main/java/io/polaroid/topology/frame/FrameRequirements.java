package io.polaroid.topology.frame;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;

/** What Kafka Streams and its consumer must be set to where records are frames. */
public final class FrameRequirements {
    private static final int POLL_ROWS = 20_000;
    private static final int LEAST_POLL_ROWS = 1_000;
    private static final int BUFFERED_FRAMES = 8;
    private static final int MOST_BUFFERED_FRAMES = 64;
    private static final int FETCH_BYTES = 4 << 20;

    private FrameRequirements() {}

    /** The settings that frames want; users may override them within what {@link #check} lets pass. */
    public static Map<String, Object> properties() {
        return Map.of(
                // Rows, since the consumer within counts rows: few rows a poll would make small frames.
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), POLL_ROWS,
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), FETCH_BYTES,
                // Frames, since Kafka Streams counts records: the default of 1,000 would hold millions of rows.
                StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_FRAMES);
    }

    /**
     * Checks properties as they are in the end.
     *
     * @throws PolaroidException {@code INVALID_CONFIG} naming the property that does not go with frames
     */
    public static void check(Properties properties, FrameSettings settings) {
        var config = new StreamsConfig(properties);
        var handler = config.getClass(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG);
        if (handler != LogAndFailProcessingExceptionHandler.class) {
            throw wrong(
                    StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                    handler.getName(),
                    "a handler that continues drops all rows of a frame for one of them; leave it at its default");
        }
        if (!settings.joins()) {
            return;
        }
        int buffered = config.getInt(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG);
        if (buffered > MOST_BUFFERED_FRAMES) {
            throw wrong(
                    StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                    buffered,
                    "it counts frames of up to " + settings.maxRows() + " rows; set it to 4 to "
                            + MOST_BUFFERED_FRAMES);
        }
        int polled = Integer.parseInt(String.valueOf(config.getMainConsumerConfigs("frames", "frames", 0)
                .get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG)));
        if (polled < LEAST_POLL_ROWS) {
            throw wrong(
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                    polled,
                    "frames join what one poll returns; set it to " + LEAST_POLL_ROWS + " or more");
        }
    }

    private static PolaroidException wrong(String property, Object value, String advice) {
        return new PolaroidException(
                Problem.of(ProblemCode.INVALID_CONFIG, property + " is " + value + ": " + advice)
                        .with("property", property));
    }
}
