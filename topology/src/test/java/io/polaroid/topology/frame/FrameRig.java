package io.polaroid.topology.frame;

import io.polaroid.store.Stores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** The smallest application over frames: each row of a topic, which is a number, is copied to another, row by row. */
final class FrameRig {
    private FrameRig() {}

    /** Sees what goes by. */
    interface Probe {
        /** A frame is about to be processed. */
        default void frame(RowFrame frame, boolean joined) {}

        /** A row was copied. */
        default void copied(int partition, long offset) {}
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }

    static long number(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }

    static Topology topology(String input, String output, Probe probe) {
        var topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), input);
        topology.addProcessor("copy", () -> new Copier(probe), "in");
        topology.addSink("out", output, new ByteArraySerializer(), new ByteArraySerializer(), "copy");
        return topology;
    }

    static KafkaStreams streams(
            String servers, Topology topology, Path folder, String id, KafkaClientSupplier clients, Properties more) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        properties.put("consumer.auto.offset.reset", "earliest");
        properties.put("consumer.session.timeout.ms", 2_000);
        properties.put("consumer.heartbeat.interval.ms", 500);
        properties.put("producer.transaction.timeout.ms", 3_000);
        properties.putAll(FrameRequirements.properties());
        properties.putAll(more);
        return new KafkaStreams(topology, properties, clients);
    }

    static KafkaClientSupplier clients(
            String topic, int rows, UnaryOperator<ConsumerRecords<byte[], byte[]>> afterwards) {
        var coalescer = new FrameCoalescer(Set.of(topic), FrameSettings.ofRows(rows));
        return MainConsumers.of(Stores.clients(), new MainConsumers.Between() {
            @Override
            public ConsumerRecords<byte[], byte[]> polled(ConsumerRecords<byte[], byte[]> records) {
                return afterwards.apply(coalescer.polled(records));
            }
        });
    }

    static final class Copier extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final Probe probe;

        Copier(Probe probe) {
            this.probe = probe;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            var frame = RowFrame.of(record, context().recordMetadata().orElseThrow());
            probe.frame(frame, FrameLayout.isFrame(record.key()));
            for (int i = 0; i < frame.size(); i++) {
                context().forward(new Record<>(frame.key(i), frame.value(i), frame.timestamp(i)));
                probe.copied(frame.partition(), frame.offset(i));
            }
        }
    }
}
