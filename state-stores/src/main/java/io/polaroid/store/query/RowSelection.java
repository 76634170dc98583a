package io.polaroid.store.query;

import java.time.Instant;
import java.util.Optional;

/** Which rows of a store. */
public sealed interface RowSelection {
    /** Of which keys. */
    KeyRange keys();

    /**
     * All rows of a stretch of time.
     *
     * @param from the first time; empty: no bound
     * @param to the time at which it ends, exclusive; empty: no bound
     */
    record Between(KeyRange keys, Optional<Instant> from, Optional<Instant> to) implements RowSelection {}

    /**
     * Of each key its last row.
     *
     * @param at of those at or before this time; empty: of all
     */
    record LatestAt(KeyRange keys, Optional<Instant> at) implements RowSelection {}
}
