package io.polaroid.topology.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.EmbeddedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Contract C6 against a broker: beside a topic whose rows come in frames, all others come as they are. */
class OtherTopicsIT {
    private static final int RECORDS = 1_500;

    @TempDir
    Path folder;

    private final FrameTopics topics = new FrameTopics(EmbeddedBroker.shared());
    private final SplittableRandom random = new SplittableRandom(6);
    private final List<String> undeclared = Collections.synchronizedList(new ArrayList<>());
    private final List<String> repartitioned = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicInteger rows = new AtomicInteger();

    private static String text(
            String topic, int partition, long offset, long timestamp, byte[] key, byte[] value, Headers headers) {
        return String.join(
                " ",
                topic,
                Integer.toString(partition),
                Long.toString(offset),
                Long.toString(timestamp),
                hex(key),
                hex(value),
                Arrays.stream(headers.toArray())
                        .map(header -> header.key() + "=" + hex(header.value()))
                        .toList()
                        .toString());
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return text(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                record.headers());
    }

    /** Notes each record with all that Kafka Streams says of it. */
    private static final class Seen extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final List<String> seen;

        Seen(List<String> seen) {
            this.seen = seen;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            var at = context().recordMetadata().orElseThrow();
            seen.add(text(
                    at.topic(),
                    at.partition(),
                    at.offset(),
                    record.timestamp(),
                    record.key(),
                    record.value(),
                    record.headers()));
            context().forward(record);
        }
    }

    private Topology topology(String framed, String plain, String output) {
        var bytes = Serdes.ByteArray();
        var builder = new StreamsBuilder();
        builder.stream(plain, Consumed.with(bytes, bytes))
                .process(() -> new Seen(undeclared))
                .repartition(Repartitioned.with(bytes, bytes).withName("moved").withNumberOfPartitions(1))
                .process(() -> new Seen(repartitioned));
        var topology = builder.build();
        topology.addSource("framed", bytes.deserializer(), bytes.deserializer(), framed);
        topology.addProcessor(
                "copy",
                () -> new FrameRig.Copier(new FrameRig.Probe() {
                    @Override
                    public void frame(RowFrame frame, boolean joined) {
                        frames.addAndGet(joined ? 1 : 0);
                        rows.addAndGet(frame.size());
                    }
                }),
                "framed");
        topology.addSink("out", output, bytes.serializer(), bytes.serializer(), "copy");
        return topology;
    }

    private FrameTopics.Sent record() {
        List<Header> headers = random.nextInt(3) == 0
                ? List.of(new RecordHeader("a", bytes(4)), new RecordHeader("b", null), new RecordHeader("a", bytes(2)))
                : List.of();
        return new FrameTopics.Sent(
                random.nextInt(5) == 0 ? null : bytes(10),
                random.nextInt(5) == 0 ? null : bytes(40),
                FrameTopics.RECENT + random.nextInt(3_600_000),
                headers);
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    @Timeout(120)
    void undeclaredAndRepartitionTopicsArriveUnchanged() throws Exception {
        var broker = topics.broker();
        var framed = broker.newTopic("others-framed", 1);
        var plain = broker.newTopic("others-plain", 1);
        var output = broker.newTopic("others-out", 1);
        var sent = new ArrayList<FrameTopics.Sent>();
        for (int i = 0; i < RECORDS; i++) {
            sent.add(record());
        }
        topics.send(plain, sent, 100);
        topics.send(framed, sent, 100);
        var id = "others-" + framed;
        var moved = id + "-moved-repartition";
        var properties = new Properties();
        // What was read stays, for the test to read it as well.
        properties.put("repartition.purge.interval.ms", 3_600_000);
        properties.put("main.consumer.group.instance.id", "one");
        try (var streams = FrameRig.streams(
                broker.bootstrapServers(),
                topology(framed, plain, output),
                folder,
                id,
                FrameRig.clients(framed, 64, polled -> polled),
                properties)) {
            streams.start();
            topics.awaitCommitted(id, framed);
            topics.awaitCommitted(id, plain);
            topics.awaitCommitted(id, moved);
        }
        assertThat(rows.get()).isEqualTo(RECORDS);
        assertThat(frames.get()).isBetween(1, RECORDS / 10);
        assertThat(topics.read(output)).hasSize(RECORDS);
        assertThat(undeclared)
                .isEqualTo(topics.read(plain).stream().map(OtherTopicsIT::text).toList());
        assertThat(undeclared).hasSize(RECORDS);
        assertThat(repartitioned)
                .isEqualTo(topics.read(moved).stream().map(OtherTopicsIT::text).toList());
        // Kafka Streams sends no records without a key there.
        assertThat((long) repartitioned.size())
                .isEqualTo(sent.stream().filter(record -> record.key() != null).count());
    }
}
