package io.polaroid.query.grpc;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Looks through an Arrow IPC stream from outside before Arrow reads it.
 *
 * <p>Arrow believes the lengths that a message names: it allocates what a wrong one says, and keeps what it has allocated when it then
 * fails.
 */
final class IpcFrames {
    private static final int CONTINUES = -1;

    private final ByteBuffer bytes;
    private int at;

    private IpcFrames(ByteString ipc) {
        this.bytes = ipc.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Checks a stream of a schema and batches, without dictionaries and compression.
     *
     * @throws IllegalArgumentException saying what is wrong
     * @throws IndexOutOfBoundsException if the parts of a message point outside it
     */
    static void check(ByteString ipc) {
        var frames = new IpcFrames(ipc);
        boolean schema = false;
        int length = frames.nextLength();
        while (length != 0) {
            schema = frames.message(length, schema);
            length = frames.nextLength();
        }
        require(schema, "it has no schema");
    }

    /** Length of the next message, 0 at the end. */
    private int nextLength() {
        int length = left() < Integer.BYTES ? 0 : word();
        if (length == CONTINUES) {
            require(left() >= Integer.BYTES, "it is cut");
            length = word();
        }
        require(length >= 0 && length <= left(), "it is cut, or names a wrong length");
        return length;
    }

    private boolean message(int length, boolean afterSchema) {
        var message = Message.getRootAsMessage(bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN));
        at += length;
        long body = message.bodyLength();
        require(body >= 0 && body <= left(), "it is cut, or names a wrong length");
        if (afterSchema) {
            require(message.headerType() == MessageHeader.RecordBatch, "it holds something else than batches");
            batch((RecordBatch) message.header(new RecordBatch()), body);
        } else {
            require(message.headerType() == MessageHeader.Schema && body == 0, "it does not begin with a schema");
        }
        at += (int) body;
        return true;
    }

    private void batch(RecordBatch batch, long body) {
        require(batch.compression() == null, "it is compressed");
        // No column of numbers takes less than a byte for a row.
        require(batch.length() >= 0 && batch.length() <= body, "it names more rows than it holds");
        for (int i = 0; i < batch.nodesLength(); i++) {
            var node = batch.nodes(i);
            require(
                    node.length() == batch.length() && node.nullCount() >= 0 && node.nullCount() <= node.length(),
                    "its columns are not of one length");
        }
        for (int i = 0; i < batch.buffersLength(); i++) {
            var buffer = batch.buffers(i);
            require(
                    buffer.offset() >= 0 && buffer.length() >= 0 && buffer.offset() <= body - buffer.length(),
                    "a buffer is outside its message");
        }
    }

    private int left() {
        return bytes.limit() - at;
    }

    private int word() {
        int word = bytes.getInt(at);
        at += Integer.BYTES;
        return word;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
