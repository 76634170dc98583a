package io.polaroid.store.kafka;

import io.polaroid.store.entry.EntryKey;
import io.polaroid.store.entry.EntrySnapshot;
import io.polaroid.store.query.ArrowQuery;
import io.polaroid.store.query.ArrowRows;
import io.polaroid.store.query.RowSelection;
import java.time.Instant;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.streams.query.Query;

/** Answers {@link ArrowQuery} from entries, whose times are milliseconds. */
final class ArrowAnswers {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private ArrowAnswers() {}

    /** The answer, if the query is one. */
    static Optional<Answer> of(Query<?> query, int partition) {
        return query instanceof ArrowQuery arrow
                ? Optional.of(new Answer.Read(snapshot -> arrow.once(
                        partition,
                        allocator -> new ArrowRows(
                                partition,
                                copy(snapshot, arrow.selection(), allocator),
                                snapshot.facts().position()))))
                : Optional.empty();
    }

    private static VectorSchemaRoot copy(EntrySnapshot snapshot, RowSelection selection, BufferAllocator allocator) {
        var keys = new EntrySnapshot.Keys(
                selection.keys().first().map(EntryKey::first),
                selection.keys().last().map(EntryKey::behind));
        // Entries without times are of all times.
        boolean isTimed = snapshot.facts().isTimed();
        return switch (selection) {
            case RowSelection.Between between -> {
                long from = between.from()
                        .filter(at -> isTimed)
                        .map(ArrowAnswers::ceiling)
                        .orElse(Long.MIN_VALUE);
                long to = between.to()
                        .filter(at -> isTimed)
                        .map(ArrowAnswers::ceiling)
                        .orElse(Long.MAX_VALUE);
                yield snapshot.copyBetween(keys, from, to, allocator);
            }
            case RowSelection.LatestAt latest -> {
                long to = latest.at()
                        .filter(at -> isTimed)
                        .map(at -> floor(at) + 1)
                        .orElse(Long.MAX_VALUE);
                yield snapshot.copyLast(keys, to, allocator);
            }
        };
    }

    private static long floor(Instant time) {
        return time.toEpochMilli();
    }

    private static long ceiling(Instant time) {
        long floor = floor(time);
        return time.getNano() % NANOS_PER_MILLI == 0 ? floor : floor + 1;
    }
}
