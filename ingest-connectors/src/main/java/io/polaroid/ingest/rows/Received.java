package io.polaroid.ingest.rows;

import java.util.List;

/**
 * A message, read.
 *
 * @param message as it came
 * @param position the feed's running number of it, or {@link #NO_POSITION}
 * @param outcomes what became of it; empty if no rule matches
 */
public record Received(byte[] message, long position, List<Outcome> outcomes) {
    /** The position of a message that has none. */
    public static final long NO_POSITION = -1;

    public Received {
        outcomes = List.copyOf(outcomes);
    }
}
