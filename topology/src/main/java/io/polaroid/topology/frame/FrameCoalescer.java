package io.polaroid.topology.frame;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Joins the rows that one poll returned for a partition of a declared topic into frames; other topics pass as they are. */
public final class FrameCoalescer implements MainConsumers.Between {
    private final Set<String> topics;
    private final FrameSettings settings;
    private final AtomicInteger consumers = new AtomicInteger();

    /**
     * A coalescer.
     *
     * @param topics exact names of the topics whose rows are joined
     */
    public FrameCoalescer(Set<String> topics, FrameSettings settings) {
        this.topics = Set.copyOf(topics);
        this.settings = settings;
    }

    /** Notes that a main consumer gives its rows to it. */
    @Override
    public void stands() {
        consumers.incrementAndGet();
    }

    /** How many main consumers give their rows to it. */
    int consumers() {
        return consumers.get();
    }

    /** The records of a poll, with frames in place of rows. */
    @Override
    public ConsumerRecords<byte[], byte[]> polled(ConsumerRecords<byte[], byte[]> polled) {
        if (polled.isEmpty()) {
            return polled;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> joined = new LinkedHashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            var rows = polled.records(partition);
            joined.put(partition, topics.contains(partition.topic()) ? frames(rows) : rows);
        }
        // Without these Kafka Streams never commits the end of a partition: frames stand under their first offset.
        return new ConsumerRecords<>(joined, polled.nextOffsets());
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private List<ConsumerRecord<byte[], byte[]>> frames(List<ConsumerRecord<byte[], byte[]>> polled) {
        ConsumerRecord<byte[], byte[]>[] rows = polled.toArray(new ConsumerRecord[0]);
        var frames = new ArrayList<ConsumerRecord<byte[], byte[]>>(rows.length / settings.maxRows() + 1);
        int from = 0;
        while (from < rows.length) {
            int to = from;
            int bytes = 0;
            do {
                bytes = Math.addExact(bytes, FrameLayout.bytes(rows[to++]));
            } while (to < rows.length && fits(rows, from, to, bytes));
            frames.add(frame(rows, from, to, bytes));
            from = to;
        }
        return frames;
    }

    private boolean fits(ConsumerRecord<byte[], byte[]>[] rows, int from, int next, int bytes) {
        return next - from < settings.maxRows()
                && bytes < settings.maxBytes()
                && rows[next].offset() - rows[from].offset() <= Integer.MAX_VALUE;
    }

    private static ConsumerRecord<byte[], byte[]> frame(
            ConsumerRecord<byte[], byte[]>[] rows, int from, int to, int bytes) {
        var first = rows[from];
        long newest = Long.MIN_VALUE;
        for (int i = from; i < to; i++) {
            newest = Math.max(newest, rows[i].timestamp());
        }
        byte[] key = FrameLayout.markerKey();
        byte[] value = FrameLayout.pack(rows, from, to, bytes);
        return new ConsumerRecord<>(
                first.topic(),
                first.partition(),
                first.offset(),
                newest,
                TimestampType.CREATE_TIME,
                key.length,
                value.length,
                key,
                value,
                new RecordHeaders(),
                first.leaderEpoch());
    }
}
