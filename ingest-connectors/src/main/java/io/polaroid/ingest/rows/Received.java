package io.polaroid.ingest.rows;

import java.util.List;

/**
 * A message, read.
 *
 * @param message as it came
 * @param position the feed's running number of it, or {@link #NO_POSITION}
 * @param sequence what the feed counts the messages of a series with, or {@link #NO_POSITION}
 * @param outcomes what became of it; empty if no rule matches
 */
public record Received(byte[] message, long position, long sequence, List<Outcome> outcomes) {
    /** The position of a message that has none. */
    public static final long NO_POSITION = -1;

    /** A message of a feed that counts none. */
    public Received(byte[] message, long position, List<Outcome> outcomes) {
        this(message, position, NO_POSITION, outcomes);
    }

    public Received {
        outcomes = List.copyOf(outcomes);
    }
}
