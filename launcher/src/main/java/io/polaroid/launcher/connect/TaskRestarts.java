package io.polaroid.launcher.connect;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a task that keeps failing is started again: after pauses that grow, and at last no more. A while without failures starts again.
 */
final class TaskRestarts {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofMinutes(5);
    /** About ten minutes of pauses. */
    private static final int MOST = 24;

    private int inRow;
    private Instant last = Instant.MIN;

    /** How long to wait before the task that failed now is started again; empty if it was too often. */
    Optional<Duration> next(Instant now) {
        if (last.isBefore(now.minus(QUIET))) {
            inRow = 0;
        }
        last = now;
        if (++inRow > MOST) {
            return Optional.empty();
        }
        var pause = SHORTEST.multipliedBy(1L << Math.min(inRow - 1, 20));
        return Optional.of(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
    }

    /** How often it has failed in a row. */
    int failures() {
        return inRow;
    }
}
