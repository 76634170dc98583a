package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An operator over whole tables. Implementations are records of its options, named as in Polars where Polars has them.
 *
 * <p>Whatever can be known from the columns alone is refused by {@link #schema}: an unknown column, a type that does not fit.
 * {@link #apply} refuses only what depends on the rows, such as times that do not ascend.
 */
public interface BatchOperator {
    /** How many tables it reads. */
    int inputs();

    /** The operation in words, for a plan that is shown. */
    String title();

    /**
     * The columns of the result.
     *
     * @param inputs columns of the inputs, {@link #inputs} of them
     * @return the columns, or {@code UNKNOWN_COLUMN}, {@code INVALID_ARGUMENT}, {@code INVALID_PLAN}
     */
    Result<Schema> schema(List<Schema> inputs);

    /**
     * About how many bytes of the heap it holds at most for each row that it reads, beside the tables themselves: the least heap in which it
     * gets through millions of rows (bench: {@code LeastHeap}), rounded up. A caller that has not that much refuses to run it.
     */
    default int heapBytesOfRow() {
        return 60;
    }

    /**
     * The result.
     *
     * @param inputs whole tables, each in one batch; only read
     * @param allocator what the result is made from
     * @return a table that the caller closes, of the columns that {@link #schema} says; or {@code INVALID_ARGUMENT}, with nothing left
     *     allocated
     */
    Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator);

    /**
     * The same result, computed by several threads where the operator knows how.
     *
     * @param workers what runs the parts
     */
    default Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers) {
        return apply(inputs, allocator);
    }
}
