package io.polaroid.topology.processor;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one partition that came together, in offset order. Processors loop over rows and take offsets from here, never
 * from the Kafka Streams record, so that frames of many rows change nothing for them.
 */
interface RowFrame {
    /** Partition of all rows. */
    int partition();

    /** How many rows. */
    int size();

    /** Offset of a row; offsets may have gaps. */
    long offset(int index);

    /** Record timestamp of a row, ms since 1970 UTC. */
    long timestamp(int index);

    /** Key of a row. */
    byte @Nullable [] key(int index);

    /** Value of a row. */
    byte @Nullable [] value(int index);

    /** Headers of a row. */
    Headers headers(int index);

    /** A frame of one row: the record as Kafka Streams gives it. */
    static RowFrame single(Record<byte[], byte[]> record, RecordMetadata metadata) {
        return new Single(record, metadata);
    }

    /** One record. */
    record Single(Record<byte[], byte[]> record, RecordMetadata metadata) implements RowFrame {
        @Override
        public int partition() {
            return metadata.partition();
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public long offset(int index) {
            return metadata.offset();
        }

        @Override
        public long timestamp(int index) {
            return record.timestamp();
        }

        @Override
        public byte @Nullable [] key(int index) {
            return record.key();
        }

        @Override
        public byte @Nullable [] value(int index) {
            return record.value();
        }

        @Override
        public Headers headers(int index) {
            return record.headers();
        }
    }
}
