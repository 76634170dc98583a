package io.polaroid.query.grpc;

import com.google.protobuf.ByteString;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.v1.ArrowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** Batches as Arrow IPC streams that fit into gRPC messages. */
final class IpcMessages {
    /** About the most bytes of one message; clients take 4 MiB unless told otherwise. */
    static final long TARGET_BYTES = 2L << 20;

    private IpcMessages() {}

    /** The schema alone. */
    static ByteString schema(VectorSchemaRoot root) {
        return write(root, 0);
    }

    /** A batch as messages of about {@link #TARGET_BYTES} each. */
    static List<ArrowBatch> of(VectorSchemaRoot batch) {
        int rows = batch.getRowCount();
        long bytes = batch.getFieldVectors().stream()
                .mapToLong(FieldVector::getBufferSize)
                .sum();
        int pieces = (int) Math.min(Math.max(1, rows), 1 + bytes / TARGET_BYTES);
        if (pieces == 1) {
            return List.of(message(write(batch, 1)));
        }
        int step = Math.ceilDiv(rows, pieces);
        var messages = new ArrayList<ArrowBatch>();
        for (int from = 0; from < rows; from += step) {
            try (var piece = batch.slice(from, Math.min(step, rows - from))) {
                messages.add(message(write(piece, 1)));
            }
        }
        return messages;
    }

    static ArrowBatch message(ByteString ipc) {
        return ArrowBatch.newBuilder().setArrowIpc(ipc).build();
    }

    private static ByteString write(VectorSchemaRoot root, int batches) {
        var bytes = ByteString.newOutput();
        try (var writer = new ArrowStreamWriter(root, null, bytes)) {
            writer.start();
            if (batches > 0) {
                writer.writeBatch();
            }
            writer.end();
        } catch (IOException e) {
            throw new PolaroidException(Problem.of(ProblemCode.INTERNAL, "a batch could not be written"), e);
        }
        return bytes.toByteString();
    }
}
