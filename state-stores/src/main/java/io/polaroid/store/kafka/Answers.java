package io.polaroid.store.kafka;

import io.polaroid.store.entry.EntrySnapshot;
import io.polaroid.store.query.ArrowRows;
import io.polaroid.store.query.Bounds;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.jspecify.annotations.Nullable;

/** Answers queries of {@code KafkaStreams.query} from what is committed, with its position. */
final class Answers {
    private Answers() {}

    /**
     * Answers a query.
     *
     * @param answers how the store answers it; empty for a kind of query that it does not know
     */
    static <R> QueryResult<R> answer(
            EntryBacked store,
            Query<R> query,
            PositionBound bound,
            QueryConfig config,
            Function<Query<?>, Optional<Answer>> answers) {
        QueryResult<R> result = answer(store, query, bound, answers);
        if (config.isCollectExecutionInfo()) {
            result.addExecutionInfo("Handled in " + store.getClass() + " from committed entries");
        }
        return result;
    }

    private static <R> QueryResult<R> answer(
            EntryBacked store, Query<R> query, PositionBound bound, Function<Query<?>, Optional<Answer>> answers) {
        try {
            Optional<Answer> answer = answers.apply(query);
            if (answer.isEmpty()) {
                return QueryResult.forUnknownQueryType(query, store);
            }
            return switch (answer.get()) {
                case Answer.Read read -> read(store, read, bound);
                case Answer.Iterate iterate -> iterate(store, iterate, bound);
                case Answer.Refuse refuse -> QueryResult.forFailure(FailureReason.UNKNOWN_QUERY_TYPE, refuse.reason());
            };
        } catch (InvalidStateStoreException closed) {
            return QueryResult.forFailure(FailureReason.NOT_PRESENT, "Store " + store.name() + " is not open here");
        } catch (RuntimeException e) {
            return QueryResult.forFailure(
                    FailureReason.STORE_EXCEPTION, "Store " + store.name() + " cannot answer " + query + ": " + e);
        }
    }

    private static <R> QueryResult<R> read(EntryBacked store, Answer.Read read, PositionBound bound) {
        int partition = partition(store);
        return store.entries().readCommitted(snapshot -> {
            Position position = snapshot.facts().position();
            if (!Bounds.reached(position, bound, partition)) {
                return QueryResult.notUpToBound(position, bound, partition);
            }
            Object answer = read(read, snapshot);
            // Of one that was given before, its own.
            return result(answer, answer instanceof ArrowRows rows ? rows.position() : position);
        });
    }

    private static @Nullable Object read(Answer.Read read, EntrySnapshot snapshot) {
        return read.reader().apply(snapshot);
    }

    private static <R> QueryResult<R> iterate(EntryBacked store, Answer.Iterate iterate, PositionBound bound) {
        var committed = store.entries().iterateCommitted(iterate.range());
        Position position = committed.facts().position();
        int partition = partition(store);
        if (!Bounds.reached(position, bound, partition)) {
            committed.iterator().close();
            return QueryResult.notUpToBound(position, bound, partition);
        }
        return result(iterate.form().apply(committed.iterator()), position);
    }

    private static int partition(EntryBacked store) {
        return store.entries().context().taskId().partition();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // an answer is of its query's type; Kafka takes null for "no such key"
    private static <R> QueryResult<R> result(@Nullable Object answer, Position position) {
        QueryResult<R> result = QueryResult.forResult((R) answer);
        result.setPosition(position);
        return result;
    }
}
