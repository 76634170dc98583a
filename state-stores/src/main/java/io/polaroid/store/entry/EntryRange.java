package io.polaroid.store.entry;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * A stretch of entries.
 *
 * @param sort the order in which to go through them
 * @param direction which way to go through them
 * @param from where they begin; empty: with the first
 * @param to where they end, exclusive; empty: behind the last
 * @param filter which of them count
 */
public record EntryRange(
        Sort sort, Direction direction, Optional<EntryKey> from, Optional<EntryKey> to, Predicate<EntryKey> filter) {
    /** Which order. */
    public enum Sort {
        /** Bytes, time, sequence. */
        KEY,
        /** Segment of time, and then as by key. */
        SEGMENT
    }

    /** Which way to go. */
    public enum Direction {
        FORWARD,
        BACKWARD
    }

    /** All entries between two keys. */
    public EntryRange(Sort sort, Direction direction, Optional<EntryKey> from, Optional<EntryKey> to) {
        this(sort, direction, from, to, key -> true);
    }

    /** Those of these bytes, and of times from {@code from} to {@code to}, inclusive. */
    public static EntryRange of(byte[] bytes, long from, long to, Direction direction) {
        EntryKey end = to == Long.MAX_VALUE ? EntryKey.behind(bytes) : EntryKey.first(bytes, to + 1);
        return new EntryRange(Sort.KEY, direction, Optional.of(EntryKey.first(bytes, from)), Optional.of(end));
    }

    /** Those of times from {@code from} to {@code to}, inclusive, in the order of segments. */
    public static EntryRange of(long from, long to, Direction direction, Retention retention) {
        return new EntryRange(
                Sort.SEGMENT,
                direction,
                from == Long.MIN_VALUE ? Optional.empty() : Optional.of(EntryKey.first(from)),
                retention.behindSegment(to).map(EntryKey::first),
                key -> key.time() >= from && key.time() <= to);
    }

    /** Only those of them that pass. */
    public EntryRange where(Predicate<EntryKey> condition) {
        return new EntryRange(sort, direction, from, to, filter.and(condition));
    }
}
