package io.polaroid.store;

import io.polaroid.store.query.ArrowQuery;
import io.polaroid.store.query.ArrowRows;
import io.polaroid.store.query.Bounds;
import io.polaroid.store.query.RowSelection;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;

/**
 * Answers queries of {@code KafkaStreams.query} for a row tier or a result tier from what is committed: rows and position are of
 * one commit, and a bound that this commit is not up to is refused, though the store itself may be ahead.
 *
 * @param store the store
 * @param partition its partition
 * @param config of the request
 */
public record CommittedQueries(StateStore store, int partition, QueryConfig config) {
    /** What is committed, for the time of one call. */
    public interface CommittedRows {
        /** How far the inputs are in it. */
        Position position();

        /** Copies all of it. */
        TableSnapshot.Part snapshot(BufferAllocator target);

        /** Lends all of it. */
        TableScan.Part scan(BufferAllocator reader);

        /** Copies selected rows. */
        Selected select(RowSelection selection, BufferAllocator target);
    }

    /**
     * Selected rows.
     *
     * @param rows the rows, which the caller owns
     * @param howFound how they were found
     */
    public record Selected(VectorSchemaRoot rows, String howFound) {}

    /** Reads what is committed; empty if nothing is (yet, or any more). */
    public interface Source<R> extends Function<Function<CommittedRows, QueryResult<R>>, Optional<QueryResult<R>>> {}

    /** Answers a query. */
    public <R> QueryResult<R> answer(Query<R> query, PositionBound bound, Source<R> source) {
        return switch (query) {
            case ArrowQuery arrow -> read(bound, source, committed -> select(arrow, committed));
            case SnapshotQuery<?> snapshot -> read(bound, source, committed -> snapshot(snapshot, committed));
            default -> QueryResult.forUnknownQueryType(query, store);
        };
    }

    private <R> QueryResult<R> read(
            PositionBound bound, Source<R> source, Function<CommittedRows, QueryResult<?>> reader) {
        return source.apply(committed -> {
                    Position position = committed.position();
                    return Bounds.reached(position, bound, partition)
                            ? typed(reader.apply(committed))
                            : QueryResult.notUpToBound(position, bound, partition);
                })
                .orElseGet(() -> QueryResult.forFailure(
                        FailureReason.NOT_PRESENT, "Store " + store.name() + " has no committed state here (yet)"));
    }

    @SuppressWarnings("unchecked") // the answer is of its query's type
    private static <R> QueryResult<R> typed(QueryResult<?> answer) {
        return (QueryResult<R>) answer;
    }

    private QueryResult<?> select(ArrowQuery query, CommittedRows committed) {
        var how = new StringBuilder("answered before");
        ArrowRows rows = query.once(partition, allocator -> {
            Selected selected = committed.select(query.selection(), allocator);
            how.setLength(0);
            how.append(selected.howFound());
            return new ArrowRows(partition, selected.rows(), committed.position());
        });
        return result(rows, rows.position(), how);
    }

    private <P> QueryResult<P> snapshot(SnapshotQuery<P> query, CommittedRows committed) {
        var answered = query.once(partition, committed);
        return result(answered.part(), answered.position(), query.how());
    }

    private <R> QueryResult<R> result(R answer, Position position, CharSequence how) {
        QueryResult<R> result = QueryResult.forResult(answer);
        result.setPosition(position);
        if (config.isCollectExecutionInfo()) {
            result.addExecutionInfo(
                    "Handled in %s %s from committed rows: %s".formatted(store.getClass(), store.name(), how));
        }
        return result;
    }
}
