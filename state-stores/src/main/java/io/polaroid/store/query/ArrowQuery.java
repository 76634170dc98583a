package io.polaroid.store.query;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.query.Query;

/**
 * Asks a store for rows in Arrow form, as committed. Each partition's answer is a copy that the asker closes, also of those that
 * it does not look at.
 *
 * <p>For one request only, which must be one that {@code requireActive()}s or takes stale answers: while a task goes over from
 * restoring to running, Kafka Streams asks its store twice within one request and passes only one of the answers on, so the
 * second answer is the first again.
 */
public final class ArrowQuery implements Query<ArrowRows> {
    private final RowSelection selection;
    private final BufferAllocator allocator;
    private final Map<Integer, ArrowRows> answered = new HashMap<>();

    /**
     * A query for one request.
     *
     * @param allocator what copies are made from
     */
    public ArrowQuery(RowSelection selection, BufferAllocator allocator) {
        this.selection = selection;
        this.allocator = allocator;
    }

    /** The row, or the rows, of a series at a time. */
    public static ArrowQuery point(String series, Instant time, BufferAllocator allocator) {
        return range(KeyRange.only(series), time, time.plusNanos(1), allocator);
    }

    /** The rows of some keys from a time, inclusive, to another, exclusive. */
    public static ArrowQuery range(KeyRange keys, Instant from, Instant to, BufferAllocator allocator) {
        return new ArrowQuery(new RowSelection.Between(keys, Optional.of(from), Optional.of(to)), allocator);
    }

    /** The last row of a series at or before a time. */
    public static ArrowQuery asOf(String series, Instant time, BufferAllocator allocator) {
        return new ArrowQuery(new RowSelection.LatestAt(KeyRange.only(series), Optional.of(time)), allocator);
    }

    /** The last row of every series. */
    public static ArrowQuery latest(BufferAllocator allocator) {
        return new ArrowQuery(new RowSelection.LatestAt(KeyRange.all(), Optional.empty()), allocator);
    }

    /** Which rows it asks for. */
    public RowSelection selection() {
        return selection;
    }

    /** The answer of a partition, which is made once. */
    public synchronized ArrowRows once(int partition, Function<BufferAllocator, ArrowRows> answer) {
        ArrowRows known = answered.get(partition);
        if (known != null) {
            return known;
        }
        ArrowRows made = answer.apply(allocator);
        answered.put(partition, made);
        return made;
    }

    @Override
    public String toString() {
        return "ArrowQuery[" + selection + "]";
    }
}
