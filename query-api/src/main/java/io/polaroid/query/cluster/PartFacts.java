package io.polaroid.query.cluster;

import io.polaroid.store.read.TableSnapshot.Part;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** What travels with the rows of a partition, as metadata of each of their batches: four numbers of 8 bytes. */
record PartFacts(int partition, long completeFrom, long committedOffset, long progressNanos) {
    private static final int BYTES = 4 * Long.BYTES;

    static PartFacts of(Part part) {
        return new PartFacts(part.partition(), part.completeFrom(), part.committedOffset(), part.progressNanos());
    }

    Part with(VectorSchemaRoot rows) {
        return new Part(partition, rows, completeFrom, committedOffset, progressNanos);
    }

    /** The caller hands it on. */
    ArrowBuf write(BufferAllocator allocator) {
        ArrowBuf bytes = allocator.buffer(BYTES);
        bytes.writeLong(partition);
        bytes.writeLong(completeFrom);
        bytes.writeLong(committedOffset);
        bytes.writeLong(progressNanos);
        return bytes;
    }

    static PartFacts read(ArrowBuf bytes) {
        if (bytes.readableBytes() != BYTES) {
            throw new IllegalArgumentException(
                    bytes.readableBytes() + " bytes of metadata with a batch; rows of partitions have " + BYTES);
        }
        long at = bytes.readerIndex();
        return new PartFacts(
                (int) bytes.getLong(at),
                bytes.getLong(at + Long.BYTES),
                bytes.getLong(at + 2 * Long.BYTES),
                bytes.getLong(at + 3 * Long.BYTES));
    }
}
