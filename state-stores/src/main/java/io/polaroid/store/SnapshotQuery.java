package io.polaroid.store;

import io.polaroid.store.read.TableSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryResult;

/**
 * Asks a store for its committed rows. Each partition's result is a copy that the asker closes. For one request only: while a
 * task goes over from restoring to running, Kafka Streams asks its store twice within one request and passes only one of the
 * answers on, so the second answer has to be the first again, or its buffers would be lost.
 */
public final class SnapshotQuery implements Query<TableSnapshot.Part> {
    private final BufferAllocator allocator;
    private final Map<Integer, TableSnapshot.Part> answered = new HashMap<>();

    /**
     * A query for one request.
     *
     * @param allocator what copies are made from
     */
    public SnapshotQuery(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Answers a query for a store, if it is a snapshot query. */
    public static <R> QueryResult<R> answer(
            StateStore store,
            int partition,
            Query<R> query,
            PositionBound bound,
            Function<BufferAllocator, Optional<TableSnapshot.Part>> snapshot) {
        if (!(query instanceof SnapshotQuery asked)) {
            return QueryResult.forUnknownQueryType(query, store);
        }
        if (!bound.isUnbounded()) {
            return QueryResult.forFailure(
                    FailureReason.NOT_UP_TO_BOUND,
                    "Store " + store.name() + " tracks no position; ask without a bound");
        }
        Optional<TableSnapshot.Part> part = asked.once(partition, snapshot);
        if (part.isEmpty()) {
            return QueryResult.forFailure(
                    FailureReason.NOT_PRESENT, "Store " + store.name() + " has no committed state here (yet)");
        }
        @SuppressWarnings("unchecked") // R is TableSnapshot.Part, since the query is a SnapshotQuery
        QueryResult<R> result = (QueryResult<R>) QueryResult.forResult(part.get());
        return result;
    }

    private synchronized Optional<TableSnapshot.Part> once(
            int partition, Function<BufferAllocator, Optional<TableSnapshot.Part>> snapshot) {
        TableSnapshot.Part known = answered.get(partition);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<TableSnapshot.Part> part = snapshot.apply(allocator);
        part.ifPresent(made -> answered.put(partition, made));
        return part;
    }
}
