package io.polaroid.topology.frame;

import io.polaroid.store.RawRows;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The rows of one partition that came together, in offset order. Processors loop over rows and take offsets from here, never
 * from the Kafka Streams record, so that frames of many rows change nothing for them.
 */
public interface RowFrame extends RawRows {
    /** Record timestamp of a row, ms since 1970 UTC. */
    long timestamp(int index);

    /** Headers of a row. */
    Headers headers(int index);

    /** Offset of the last row: how far a processor is once it has taken the frame in. */
    default long lastOffset() {
        return offset(size() - 1);
    }

    /** Some of its rows that follow each other. */
    default RowFrame slice(int from, int to) {
        return new FrameSlice(this, from, to - from);
    }

    /** The rows of a record as Kafka Streams gives it: a frame, or a record that was never put into one. */
    static RowFrame of(Record<byte[], byte[]> record, RecordMetadata metadata) {
        return FrameLayout.isFrame(record.key())
                ? new PackedFrame(record.value(), metadata.partition())
                : new SingleFrame(record, metadata);
    }

    /** The rows of a record on its way to Kafka Streams. */
    static RowFrame of(ConsumerRecord<Object, Object> record) {
        return of(
                new Record<>(
                        (byte[]) record.key(),
                        (byte[]) record.value(),
                        Math.max(0, record.timestamp()),
                        record.headers()),
                new Place(record.topic(), record.partition(), record.offset()));
    }

    /** Where a record is from. */
    record Place(String topic, int partition, long offset) implements RecordMetadata {}
}
