package io.polaroid.store;

import io.polaroid.store.query.ArrowQuery;
import io.polaroid.store.query.ArrowRows;
import io.polaroid.store.query.RowSelection;
import io.polaroid.store.read.TableSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
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
            return unbounded(store);
        }
        Optional<TableSnapshot.Part> part = asked.once(partition, snapshot);
        if (part.isEmpty()) {
            return absent(store);
        }
        @SuppressWarnings("unchecked") // R is TableSnapshot.Part, since the query is a SnapshotQuery
        QueryResult<R> result = (QueryResult<R>) QueryResult.forResult(part.get());
        return result;
    }

    /** Answers an {@link ArrowQuery} for a store that tracks no position. */
    public static <R> QueryResult<R> answer(
            StateStore store, int partition, ArrowQuery query, PositionBound bound, Rows rows) {
        if (!bound.isUnbounded()) {
            return unbounded(store);
        }
        ArrowRows answer;
        try {
            answer = query.once(
                    partition,
                    allocator -> new ArrowRows(
                            partition, rows.copy(query.selection(), allocator).orElseThrow()));
        } catch (NoSuchElementException e) {
            return absent(store);
        }
        @SuppressWarnings("unchecked") // R is ArrowRows, since the query is an ArrowQuery
        QueryResult<R> result = (QueryResult<R>) QueryResult.forResult(answer);
        return result;
    }

    /** Copies selected rows of what is committed, if there is anything. */
    @FunctionalInterface
    public interface Rows {
        /** Copies them into vectors that the caller owns. */
        Optional<VectorSchemaRoot> copy(RowSelection selection, BufferAllocator target);
    }

    private static <R> QueryResult<R> unbounded(StateStore store) {
        return QueryResult.forFailure(
                FailureReason.NOT_UP_TO_BOUND, "Store " + store.name() + " tracks no position; ask without a bound");
    }

    private static <R> QueryResult<R> absent(StateStore store) {
        return QueryResult.forFailure(
                FailureReason.NOT_PRESENT, "Store " + store.name() + " has no committed state here (yet)");
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
