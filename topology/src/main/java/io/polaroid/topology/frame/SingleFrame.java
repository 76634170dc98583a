package io.polaroid.topology.frame;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** A record that was not put into a frame, as in a test driver. */
record SingleFrame(Record<byte[], byte[]> row, RecordMetadata metadata) implements RowFrame {
    private static final byte[] NOTHING = {};

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
        return row.timestamp();
    }

    @Override
    public byte @Nullable [] key(int index) {
        return row.key();
    }

    @Override
    public byte @Nullable [] value(int index) {
        return row.value();
    }

    @Override
    public Headers headers(int index) {
        return row.headers();
    }

    @Override
    public byte[] keyBytes(int index) {
        return row.key() == null ? NOTHING : row.key();
    }

    @Override
    public int keyFrom(int index) {
        return 0;
    }

    @Override
    public int keyLength(int index) {
        return row.key() == null ? FrameLayout.NULL : row.key().length;
    }

    @Override
    public byte[] valueBytes(int index) {
        return row.value() == null ? NOTHING : row.value();
    }

    @Override
    public int valueFrom(int index) {
        return 0;
    }

    @Override
    public int valueLength(int index) {
        return row.value() == null ? FrameLayout.NULL : row.value().length;
    }
}
