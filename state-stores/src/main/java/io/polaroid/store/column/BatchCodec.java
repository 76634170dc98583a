package io.polaroid.store.column;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows as bytes: a version, a checksum of the schema, a bit for each column that has any cell, and one encapsulated Arrow record
 * batch of those columns. The schema itself is the
 * store's; the checksum turns a changelog that was written for other columns into an error instead of wrong numbers.
 */
public final class BatchCodec {
    private static final byte VERSION = 2;
    private static final int HEADER_BYTES = 5;

    /** About what a batch of some dozens of columns has besides its cells. */
    private static final int MESSAGE_BYTES = 2_048;

    private final Schema schema;
    private final int checksum;

    /** Encodes rows of these columns. */
    public BatchCodec(Schema schema) {
        this.schema = schema;
        var crc = new CRC32();
        crc.update(schema.toJson().getBytes(StandardCharsets.UTF_8));
        this.checksum = (int) crc.getValue();
    }

    /**
     * Encodes rows.
     *
     * @param columns which columns the root has
     */
    public byte[] encode(VectorSchemaRoot rows, BitSet columns) {
        try (var batch = new VectorUnloader(rows).getRecordBatch();
                var bytes = new Bytes(HEADER_BYTES + columnBytes() + MESSAGE_BYTES + batch.computeBodyLength());
                var channel = new WriteChannel(bytes)) {
            bytes.write(ByteBuffer.allocate(HEADER_BYTES)
                    .put(VERSION)
                    .putInt(checksum)
                    .flip());
            bytes.write(ByteBuffer.wrap(Arrays.copyOf(columns.toByteArray(), columnBytes())));
            MessageSerializer.serialize(channel, batch);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int columnBytes() {
        return (schema.getFields().size() + 7) / 8;
    }

    /** Bytes in memory; a channel over a stream would copy them through a buffer. */
    private static final class Bytes implements WritableByteChannel {
        private byte[] bytes;
        private int size;

        Bytes(long expected) {
            this.bytes = new byte[Math.toIntExact(expected)];
        }

        @Override
        public int write(ByteBuffer source) {
            int length = source.remaining();
            if (bytes.length - size < length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, length)));
            }
            source.get(bytes, size, length);
            size += length;
            return length;
        }

        byte[] toByteArray() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Bytes in memory on their way into vectors; a channel over a stream would copy them twice more, 8 KiB at a time. */
    private record Source(ByteBuffer bytes) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) {
            int length = Math.min(bytes.remaining(), target.remaining());
            if (length == 0) {
                return target.hasRemaining() ? -1 : 0;
            }
            target.put(target.position(), bytes, bytes.position(), length);
            target.position(target.position() + length);
            bytes.position(bytes.position() + length);
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Takes rows, and which columns they have. */
    @FunctionalInterface
    public interface Rows {
        /** Takes rows, valid until it returns. */
        void accept(VectorSchemaRoot rows, BitSet columns);
    }

    /**
     * Decodes into vectors that live as long as the action.
     *
     * @throws IllegalArgumentException if the bytes are of another version or of other columns
     */
    public void decode(byte[] value, BufferAllocator allocator, Rows action) {
        int head = HEADER_BYTES + columnBytes();
        if (value.length < HEADER_BYTES || value[0] != VERSION) {
            throw new IllegalArgumentException("a changelog batch that is not of version " + VERSION);
        }
        int written = ByteBuffer.wrap(value).getInt(1);
        if (written != checksum) {
            throw new IllegalArgumentException("the changelog holds rows of other columns than " + schema
                    + "; rename the view, or reset its application, when its columns change");
        }
        var columns = BitSet.valueOf(Arrays.copyOfRange(value, HEADER_BYTES, head));
        var fields = columns.stream().mapToObj(schema.getFields()::get).toList();
        try (var channel = new ReadChannel(new Source(ByteBuffer.wrap(value, head, value.length - head)));
                var batch = MessageSerializer.deserializeRecordBatch(channel, allocator);
                var root = VectorSchemaRoot.create(new Schema(fields), allocator)) {
            new VectorLoader(root).load(batch);
            action.accept(root, columns);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
