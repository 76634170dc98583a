package io.polaroid.topology.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a frame: a count, the offset of the first row, then for each row an entry of fixed size (offset less that of the first row, timestamp, where its
 * bytes are), then the rows' bytes: key, value, headers. A frame never leaves the process.
 */
final class FrameLayout {
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Bytes before the first entry. */
    static final int HEAD = 12;

    static final int COUNT = 0;
    static final int FIRST = 4;

    static final int ENTRY = 28;
    static final int OFFSET = 0;
    static final int TIMESTAMP = 4;
    static final int POSITION = 12;
    static final int KEY = 16;
    static final int VALUE = 20;
    static final int HEADERS = 24;
    static final int NULL = -1;

    /** Made anew by each process, so that no producer can send a record that is taken for a frame. */
    private static final byte[] MARKER = marker();

    private FrameLayout() {}

    private static byte[] marker() {
        UUID secret = UUID.randomUUID();
        return ByteBuffer.allocate(16)
                .putLong(secret.getMostSignificantBits())
                .putLong(secret.getLeastSignificantBits())
                .array();
    }

    static byte[] markerKey() {
        return MARKER;
    }

    @SuppressWarnings("ReferenceEquality") // the fast way to what the bytes say as well
    static boolean isFrame(byte @Nullable [] key) {
        return key == MARKER || key != null && Arrays.equals(key, MARKER);
    }

    /** Bytes that a row adds to a frame. */
    static int bytes(ConsumerRecord<byte[], byte[]> row) {
        return length(row.key()) + length(row.value()) + bytes(row.headers().toArray());
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static int bytes(Header[] headers) {
        int bytes = 0;
        for (Header header : headers) {
            bytes += 8 + header.key().getBytes(StandardCharsets.UTF_8).length + length(header.value());
        }
        return bytes;
    }

    /**
     * Packs rows.
     *
     * @param rowBytes what {@link #bytes} gives for all of them
     */
    static byte[] pack(List<ConsumerRecord<byte[], byte[]>> rows, int rowBytes) {
        int count = rows.size();
        int position = HEAD + count * ENTRY;
        byte[] frame = new byte[position + rowBytes];
        long first = rows.getFirst().offset();
        INT.set(frame, COUNT, count);
        LONG.set(frame, FIRST, first);
        int entry = HEAD;
        for (ConsumerRecord<byte[], byte[]> row : rows) {
            INT.set(frame, entry + OFFSET, Math.toIntExact(row.offset() - first));
            LONG.set(frame, entry + TIMESTAMP, row.timestamp());
            INT.set(frame, entry + POSITION, position);
            INT.set(frame, entry + KEY, row.key() == null ? NULL : row.key().length);
            INT.set(frame, entry + VALUE, row.value() == null ? NULL : row.value().length);
            position = put(frame, position, row.key());
            position = put(frame, position, row.value());
            int end = headers(frame, position, row.headers().toArray());
            INT.set(frame, entry + HEADERS, end - position);
            position = end;
            entry += ENTRY;
        }
        return frame;
    }

    private static int headers(byte[] frame, int from, Header[] headers) {
        int position = from;
        for (Header header : headers) {
            byte[] key = header.key().getBytes(StandardCharsets.UTF_8);
            INT.set(frame, position, key.length);
            INT.set(frame, position + 4, header.value() == null ? NULL : header.value().length);
            position = put(frame, position + 8, key);
            position = put(frame, position, header.value());
        }
        return position;
    }

    private static int put(byte[] frame, int position, byte @Nullable [] bytes) {
        if (bytes == null) {
            return position;
        }
        System.arraycopy(bytes, 0, frame, position, bytes.length);
        return position + bytes.length;
    }
}
