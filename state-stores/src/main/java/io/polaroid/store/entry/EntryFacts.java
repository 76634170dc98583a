package io.polaroid.store.entry;

import org.apache.kafka.streams.query.Position;

/**
 * What goes with the entries of a snapshot.
 *
 * @param position how far the inputs are in it; a copy of its own
 * @param horizon the least time that has not expired; {@link Long#MIN_VALUE} where entries have no times
 */
public record EntryFacts(Position position, long horizon) {
    /** Whether entries have times. */
    public boolean isTimed() {
        return horizon != Long.MIN_VALUE;
    }

    /** What of a range has not expired. */
    EntryRange visible(EntryRange range) {
        return isTimed() ? range.where(key -> key.time() >= horizon) : range;
    }
}
