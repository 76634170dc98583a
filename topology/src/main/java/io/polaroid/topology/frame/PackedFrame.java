package io.polaroid.topology.frame;

import static io.polaroid.topology.frame.FrameLayout.INT;
import static io.polaroid.topology.frame.FrameLayout.LONG;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The rows of a {@link FrameLayout}. */
final class PackedFrame implements RowFrame {
    private final byte[] bytes;
    private final int partition;
    private final long firstOffset;
    private final int size;

    PackedFrame(byte[] bytes, int partition) {
        this.bytes = bytes;
        this.partition = partition;
        this.firstOffset = (long) LONG.get(bytes, FrameLayout.FIRST);
        this.size = (int) INT.get(bytes, FrameLayout.COUNT);
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long offset(int index) {
        return firstOffset + at(index, FrameLayout.OFFSET);
    }

    @Override
    public long timestamp(int index) {
        return (long) LONG.get(bytes, entry(index) + FrameLayout.TIMESTAMP);
    }

    @Override
    public byte @Nullable [] key(int index) {
        return copy(keyFrom(index), keyLength(index));
    }

    @Override
    public byte @Nullable [] value(int index) {
        return copy(valueFrom(index), valueLength(index));
    }

    @Override
    public byte[] keyBytes(int index) {
        return bytes;
    }

    @Override
    public int keyFrom(int index) {
        return at(index, FrameLayout.POSITION);
    }

    @Override
    public int keyLength(int index) {
        return at(index, FrameLayout.KEY);
    }

    @Override
    public byte[] valueBytes(int index) {
        return bytes;
    }

    @Override
    public int valueFrom(int index) {
        return at(index, FrameLayout.POSITION) + Math.max(0, at(index, FrameLayout.KEY));
    }

    @Override
    public int valueLength(int index) {
        return at(index, FrameLayout.VALUE);
    }

    @Override
    public Headers headers(int index) {
        int position = valueFrom(index) + Math.max(0, valueLength(index));
        int end = position + at(index, FrameLayout.HEADERS);
        var headers = new RecordHeaders();
        while (position < end) {
            int keyBytes = (int) INT.get(bytes, position);
            int valueBytes = (int) INT.get(bytes, position + 4);
            position += 8;
            var key = new String(bytes, position, keyBytes, StandardCharsets.UTF_8);
            position += keyBytes;
            headers.add(key, copy(position, valueBytes));
            position += Math.max(0, valueBytes);
        }
        return headers;
    }

    private int entry(int index) {
        return FrameLayout.HEAD + index * FrameLayout.ENTRY;
    }

    private int at(int index, int field) {
        return (int) INT.get(bytes, entry(index) + field);
    }

    private byte @Nullable [] copy(int from, int length) {
        return length == FrameLayout.NULL ? null : Arrays.copyOfRange(bytes, from, from + length);
    }
}
