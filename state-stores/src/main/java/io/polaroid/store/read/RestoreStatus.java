package io.polaroid.store.read;

import java.time.Duration;
import java.util.Optional;

/**
 * How far one partition of a store is restored from its topic; what was on local disk is not counted.
 *
 * @param store store name
 * @param topic the topic it is restored from
 * @param partition partition number
 * @param startOffset the offset at which it began: 0, or what came after the local state
 * @param doneOffset the next offset to restore
 * @param endOffset the offset up to which it restores, exclusive
 * @param restoredRows records restored so far
 * @param rowsPerSecond records restored per second so far, 0 before the first
 * @param finished whether it is done
 */
public record RestoreStatus(
        String store,
        String topic,
        int partition,
        long startOffset,
        long doneOffset,
        long endOffset,
        long restoredRows,
        double rowsPerSecond,
        boolean finished) {

    /** How much is done, from 0 to 1. */
    public double fraction() {
        long all = endOffset - startOffset;
        return finished || all <= 0 ? 1 : Math.clamp((double) (doneOffset - startOffset) / all, 0, 1);
    }

    /** How long the rest takes at the pace so far; empty before there is a pace. */
    public Optional<Duration> left() {
        if (finished) {
            return Optional.of(Duration.ZERO);
        }
        if (rowsPerSecond <= 0 || doneOffset <= startOffset) {
            return Optional.empty();
        }
        // Offsets have gaps: the pace in offsets is what tells.
        double offsetsPerSecond = rowsPerSecond * (doneOffset - startOffset) / Math.max(1, restoredRows);
        return Optional.of(Duration.ofMillis((long) ((endOffset - doneOffset) / offsetsPerSecond * 1_000)));
    }
}
