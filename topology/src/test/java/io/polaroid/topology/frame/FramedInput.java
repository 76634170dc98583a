package io.polaroid.topology.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** Sends rows of a topic to a test driver in frames, which have as many rows as asked for each. */
public final class FramedInput {
    private final String topic;
    private final TestInputTopic<byte[], byte[]> records;
    private final IntSupplier sizes;
    private final List<ConsumerRecord<byte[], byte[]>> waiting = new ArrayList<>();
    private long offset;
    private int size;

    public FramedInput(TopologyTestDriver driver, String topic, IntSupplier sizes) {
        this.topic = topic;
        this.records = driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
        this.sizes = sizes;
        this.size = sizes.getAsInt();
    }

    public void send(byte[] key, byte[] value) {
        send(key, value, new RecordHeaders());
    }

    public void send(byte[] key, byte[] value, Headers headers) {
        waiting.add(new ConsumerRecord<>(
                topic,
                0,
                offset++,
                1_000L,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                headers,
                java.util.Optional.empty()));
        if (waiting.size() >= size) {
            flush();
        }
    }

    public void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        var at = new TopicPartition(topic, 0);
        var polled = new ConsumerRecords<>(Map.of(at, List.copyOf(waiting)), Map.of());
        new FrameCoalescer(Set.of(topic), FrameSettings.standard())
                .polled(polled)
                .forEach(frame -> records.pipeInput(
                        new TestRecord<>(frame.key(), frame.value(), frame.headers(), frame.timestamp())));
        waiting.clear();
        size = sizes.getAsInt();
    }
}
