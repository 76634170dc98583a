package io.polaroid.store;

import io.polaroid.store.CommittedQueries.CommittedRows;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.Query;

/**
 * Asks a store for its committed rows. Each partition's result is one that the asker closes. For one request only: while a
 * task goes over from restoring to running, Kafka Streams asks its store twice within one request and passes only one of the
 * answers on, so the second answer has to be the first again, or its buffers would be lost.
 *
 * @param <P> what a partition answers
 */
final class SnapshotQuery<P> implements Query<P> {
    private final Function<CommittedRows, P> taken;
    private final String how;
    private final Map<Integer, Answered<P>> answered = new HashMap<>();

    /** An answer, and how far the inputs are in it. */
    record Answered<P>(P part, Position position) {}

    /**
     * A query for one request.
     *
     * @param taken makes the answer of a partition
     * @param how what that is, in a few words
     */
    SnapshotQuery(Function<CommittedRows, P> taken, String how) {
        this.taken = taken;
        this.how = how;
    }

    /** The answer of a partition, which is made once. */
    synchronized Answered<P> once(int partition, CommittedRows committed) {
        Answered<P> known = answered.get(partition);
        if (known != null) {
            return known;
        }
        var made = new Answered<>(taken.apply(committed), committed.position());
        answered.put(partition, made);
        return made;
    }

    String how() {
        return how;
    }
}
