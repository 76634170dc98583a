package io.polaroid.topology.app;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How stream threads that fail are replaced: the first at once, the next ones after pauses that grow, since what they
 * need (the registry, a disk) may be away for a while. A time without failures starts again. Thread-safe.
 */
final class Replacements {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofMinutes(1);
    /** About ten minutes of the longest pauses. */
    private static final int MOST = 120;

    private int inRow;
    private Instant last = Instant.MIN;

    /** How long to wait before the thread that failed now is replaced; empty if there have been too many. */
    synchronized Optional<Duration> next(Instant now) {
        if (last.isBefore(now.minus(QUIET))) {
            inRow = 0;
        }
        last = now;
        if (++inRow > MOST) {
            return Optional.empty();
        }
        if (inRow == 1) {
            return Optional.of(Duration.ZERO);
        }
        var pause = SHORTEST.multipliedBy(1L << Math.min(inRow - 2, 20));
        return Optional.of(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
    }
}
