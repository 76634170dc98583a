package io.polaroid.store.kafka;

import io.polaroid.store.entry.EntryIterator;
import io.polaroid.store.entry.EntryRange;
import io.polaroid.store.entry.EntrySnapshot;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a store answers a query from a snapshot of its entries. */
sealed interface Answer {
    /** With a value. */
    record Read(Function<EntrySnapshot, @Nullable Object> reader) implements Answer {}

    /** With an iterator, which the asker closes. */
    record Iterate(EntryRange range, Function<EntryIterator, Object> form) implements Answer {}

    /** Not at all. */
    record Refuse(String reason) implements Answer {}
}
