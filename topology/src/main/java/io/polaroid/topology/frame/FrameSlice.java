package io.polaroid.topology.frame;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a frame that follow each other.
 *
 * @param frame all rows
 * @param from the first one
 * @param size how many
 */
record FrameSlice(RowFrame frame, int from, int size) implements RowFrame {
    @Override
    public int partition() {
        return frame.partition();
    }

    @Override
    public long offset(int index) {
        return frame.offset(from + index);
    }

    @Override
    public long timestamp(int index) {
        return frame.timestamp(from + index);
    }

    @Override
    public byte @Nullable [] key(int index) {
        return frame.key(from + index);
    }

    @Override
    public byte @Nullable [] value(int index) {
        return frame.value(from + index);
    }

    @Override
    public Headers headers(int index) {
        return frame.headers(from + index);
    }

    @Override
    public byte[] keyBytes(int index) {
        return frame.keyBytes(from + index);
    }

    @Override
    public int keyFrom(int index) {
        return frame.keyFrom(from + index);
    }

    @Override
    public int keyLength(int index) {
        return frame.keyLength(from + index);
    }

    @Override
    public byte[] valueBytes(int index) {
        return frame.valueBytes(from + index);
    }

    @Override
    public int valueFrom(int index) {
        return frame.valueFrom(from + index);
    }

    @Override
    public int valueLength(int index) {
        return frame.valueLength(from + index);
    }
}
