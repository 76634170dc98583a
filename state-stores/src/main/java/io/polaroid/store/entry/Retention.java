package io.polaroid.store.entry;

import java.util.Optional;

/**
 * How long entries with times stay.
 *
 * @param retentionMs so long, in their own time below the latest
 * @param segmentMs they leave in segments of this length; until then they are not shown any more
 */
public record Retention(long retentionMs, long segmentMs) {
    private static final long LEAST_SEGMENT_MS = 60_000;

    /** With segments as Kafka's own stores choose them. */
    public static Retention of(long retentionMs) {
        return new Retention(retentionMs, Math.max(retentionMs / 2, LEAST_SEGMENT_MS));
    }

    /** When the segment after that of a time begins; empty if that is beyond all times. */
    Optional<Long> behindSegment(long time) {
        long next = Math.floorDiv(time, segmentMs) + 1;
        return next > Long.MAX_VALUE / segmentMs ? Optional.empty() : Optional.of(next * segmentMs);
    }
}
