package io.polaroid.query.memory;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A whole table in memory that several holders share. It begins with one holder; the last one to let go frees it. Thread-safe, as its
 * rows are never changed.
 */
public final class HeldTable implements AutoCloseable {
    private final VectorSchemaRoot rows;
    private final long bytes;
    private final Runnable free;
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * A table with one holder: the caller.
     *
     * @param free frees the rows; runs once
     */
    public HeldTable(VectorSchemaRoot rows, Runnable free) {
        this.rows = rows;
        this.bytes = bytes(rows);
        this.free = free;
    }

    /** A table of these rows, which it takes over. */
    public static HeldTable of(VectorSchemaRoot rows) {
        return new HeldTable(rows, rows::close);
    }

    /** The bytes of the buffers of some rows. */
    public static long bytes(VectorSchemaRoot rows) {
        return rows.getFieldVectors().stream()
                .mapToLong(FieldVector::getBufferSize)
                .sum();
    }

    /** Its columns. */
    public Schema schema() {
        return rows.getSchema();
    }

    /** Its rows; only read, and only while it is held. */
    public VectorSchemaRoot rows() {
        return rows;
    }

    /** How many bytes its rows take. */
    public long bytes() {
        return bytes;
    }

    /** One more holder, unless it is freed already: whether it is held. */
    public boolean retain() {
        int before = holders.getAndUpdate(count -> count == 0 ? 0 : count + 1);
        return before > 0;
    }

    /** One holder less. */
    @Override
    public void close() {
        int left = holders.decrementAndGet();
        if (left < 0) {
            throw new PolaroidException(Problem.of(ProblemCode.INTERNAL, "a table in memory was let go twice"));
        }
        if (left == 0) {
            free.run();
        }
    }
}
