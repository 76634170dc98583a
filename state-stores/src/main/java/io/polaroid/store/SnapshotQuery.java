package io.polaroid.store;

import io.polaroid.store.read.TableSnapshot;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryResult;

/**
 * Asks a store for its committed rows. Each partition's result is a copy that the asker closes.
 *
 * @param allocator what the copy is made from
 */
public record SnapshotQuery(BufferAllocator allocator) implements Query<TableSnapshot.Part> {
    /** Answers a query for a store, if it is a snapshot query. */
    public static <R> QueryResult<R> answer(
            StateStore store,
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
        Optional<TableSnapshot.Part> part = snapshot.apply(asked.allocator());
        if (part.isEmpty()) {
            return QueryResult.forFailure(
                    FailureReason.NOT_PRESENT, "Store " + store.name() + " has no committed state here (yet)");
        }
        @SuppressWarnings("unchecked") // R is TableSnapshot.Part, since the query is a SnapshotQuery
        QueryResult<R> result = (QueryResult<R>) QueryResult.forResult(part.get());
        return result;
    }
}
