package io.polaroid.topology.frame;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Joins the rows that one poll returned for a partition of a declared topic into frames; other topics pass as they are. */
public final class FrameCoalescer {
    private final Set<String> topics;
    private final FrameSettings settings;

    /**
     * A coalescer.
     *
     * @param topics exact names of the topics whose rows are joined
     */
    public FrameCoalescer(Set<String> topics, FrameSettings settings) {
        this.topics = Set.copyOf(topics);
        this.settings = settings;
    }

    /** The records of a poll, with frames in place of rows. */
    public ConsumerRecords<byte[], byte[]> coalesce(ConsumerRecords<byte[], byte[]> polled) {
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

    private List<ConsumerRecord<byte[], byte[]>> frames(List<ConsumerRecord<byte[], byte[]>> rows) {
        var frames = new ArrayList<ConsumerRecord<byte[], byte[]>>(rows.size() / settings.maxRows() + 1);
        int from = 0;
        while (from < rows.size()) {
            int to = from;
            int bytes = 0;
            do {
                bytes = Math.addExact(bytes, FrameLayout.bytes(rows.get(to++)));
            } while (to < rows.size() && fits(rows, from, to, bytes));
            frames.add(frame(rows.subList(from, to), bytes));
            from = to;
        }
        return frames;
    }

    private boolean fits(List<ConsumerRecord<byte[], byte[]>> rows, int from, int next, int bytes) {
        return next - from < settings.maxRows()
                && bytes < settings.maxBytes()
                && rows.get(next).offset() - rows.get(from).offset() <= Integer.MAX_VALUE;
    }

    private static ConsumerRecord<byte[], byte[]> frame(List<ConsumerRecord<byte[], byte[]>> rows, int bytes) {
        var first = rows.getFirst();
        long newest = Long.MIN_VALUE;
        for (ConsumerRecord<byte[], byte[]> row : rows) {
            newest = Math.max(newest, row.timestamp());
        }
        byte[] key = FrameLayout.markerKey();
        byte[] value = FrameLayout.pack(rows, bytes);
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
