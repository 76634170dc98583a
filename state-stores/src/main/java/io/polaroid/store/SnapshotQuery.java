package io.polaroid.store;

import io.polaroid.store.read.TableSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.Query;

/**
 * Asks a store for its committed rows. Each partition's result is a copy that the asker closes. For one request only: while a
 * task goes over from restoring to running, Kafka Streams asks its store twice within one request and passes only one of the
 * answers on, so the second answer has to be the first again, or its buffers would be lost.
 */
final class SnapshotQuery implements Query<TableSnapshot.Part> {
    private final BufferAllocator allocator;
    private final Map<Integer, Answered> answered = new HashMap<>();

    /** An answer, and how far the inputs are in it. */
    record Answered(TableSnapshot.Part part, Position position) {}

    /**
     * A query for one request.
     *
     * @param allocator what copies are made from
     */
    SnapshotQuery(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** The answer of a partition, which is made once. */
    synchronized Answered once(int partition, Function<BufferAllocator, Answered> answer) {
        Answered known = answered.get(partition);
        if (known != null) {
            return known;
        }
        Answered made = answer.apply(allocator);
        answered.put(partition, made);
        return made;
    }
}
