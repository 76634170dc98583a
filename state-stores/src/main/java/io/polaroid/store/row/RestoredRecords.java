package io.polaroid.store.row;

import io.polaroid.store.RawRows;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Records that a restore has read, taken in as a frame is. */
record RestoredRecords(List<ConsumerRecord<byte[], byte[]>> records) implements RawRows {
    private static final byte[] NOTHING = {};

    @Override
    public int partition() {
        return records.getFirst().partition();
    }

    @Override
    public int size() {
        return records.size();
    }

    @Override
    public long offset(int index) {
        return records.get(index).offset();
    }

    @Override
    public byte @Nullable [] key(int index) {
        return records.get(index).key();
    }

    @Override
    public byte @Nullable [] value(int index) {
        return records.get(index).value();
    }

    @Override
    public byte[] keyBytes(int index) {
        return orNothing(key(index));
    }

    @Override
    public int keyFrom(int index) {
        return 0;
    }

    @Override
    public int keyLength(int index) {
        return length(key(index));
    }

    @Override
    public byte[] valueBytes(int index) {
        return orNothing(value(index));
    }

    @Override
    public int valueFrom(int index) {
        return 0;
    }

    @Override
    public int valueLength(int index) {
        return length(value(index));
    }

    private static byte[] orNothing(byte @Nullable [] bytes) {
        return bytes == null ? NOTHING : bytes;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? -1 : bytes.length;
    }
}
