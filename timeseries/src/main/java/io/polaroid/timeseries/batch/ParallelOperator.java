package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.Result;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** An operator whose series can be computed at the same time, with the same result. */
interface ParallelOperator extends BatchOperator {
    @Override
    Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator, Workers workers);

    @Override
    default Result<VectorSchemaRoot> apply(List<VectorSchemaRoot> inputs, BufferAllocator allocator) {
        return apply(inputs, allocator, Workers.INLINE);
    }
}
