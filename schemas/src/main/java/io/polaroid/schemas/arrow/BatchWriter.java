package io.polaroid.schemas.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.polaroid.timeseries.row.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes rows as record values that {@link BatchReader} and other Arrow implementations read: plain columns, nothing compressed. */
public final class BatchWriter {
    private static final int ALIGNMENT = 8;
    private static final int PREFIX = 8;

    private final Schema schema;
    private final byte[] schemaMessage;

    private BatchWriter(Schema schema, byte[] schemaMessage) {
        this.schema = schema;
        this.schemaMessage = schemaMessage;
    }

    /** A writer of rows with these columns. */
    public static BatchWriter of(Schema schema) {
        // Cells that broke a rule of their column are written as they were left: null.
        var nullable = new Schema(schema.getFields().stream()
                .map(field -> Field.nullable(field.getName(), field.getType()))
                .toList());
        ByteBuffer metadata =
                MessageSerializer.serializeMetadata(nullable, org.apache.arrow.vector.ipc.message.IpcOption.DEFAULT);
        byte[] bytes = new byte[metadata.remaining()];
        metadata.get(bytes);
        return new BatchWriter(schema, framed(bytes));
    }

    /** The record value that holds these rows. */
    public byte[] write(List<? extends Row> rows) {
        var columns = new ArrayList<ColumnWriter.Written>();
        for (int i = 0; i < schema.getFields().size(); i++) {
            columns.add(ColumnWriter.write(schema.getFields().get(i), i, rows));
        }
        var buffers =
                columns.stream().flatMap(column -> column.buffers().stream()).toList();
        long bodyLength =
                buffers.stream().mapToLong(buffer -> padded(buffer.length)).sum();
        byte[] batch = framed(batch(rows.size(), columns, buffers, bodyLength));
        var out = ByteBuffer.allocate(Math.toIntExact(schemaMessage.length + batch.length + bodyLength + PREFIX));
        out.put(schemaMessage).put(batch);
        for (byte[] buffer : buffers) {
            out.put(buffer).position(out.position() + padded(buffer.length) - buffer.length);
        }
        out.order(ByteOrder.LITTLE_ENDIAN).putInt(-1).putInt(0);
        return out.array();
    }

    private static byte[] batch(int rows, List<ColumnWriter.Written> columns, List<byte[]> buffers, long bodyLength) {
        var builder = new FlatBufferBuilder();
        RecordBatch.startNodesVector(builder, columns.size());
        for (var column : columns.reversed()) {
            FieldNode.createFieldNode(builder, rows, column.nulls());
        }
        int nodes = builder.endVector();
        RecordBatch.startBuffersVector(builder, buffers.size());
        long end = bodyLength;
        for (byte[] buffer : buffers.reversed()) {
            end -= padded(buffer.length);
            Buffer.createBuffer(builder, end, buffer.length);
        }
        int places = builder.endVector();
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, rows);
        RecordBatch.addNodes(builder, nodes);
        RecordBatch.addBuffers(builder, places);
        int batch = RecordBatch.endRecordBatch(builder);
        builder.finish(
                Message.createMessage(builder, MetadataVersion.V5, MessageHeader.RecordBatch, batch, bodyLength, 0));
        return builder.sizedByteArray();
    }

    /** A message behind its length, padded. */
    private static byte[] framed(byte[] message) {
        int size = padded(message.length);
        return ByteBuffer.allocate(PREFIX + size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(-1)
                .putInt(size)
                .put(message)
                .array();
    }

    private static int padded(int length) {
        return length + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
