package io.polaroid.ingest.rows;

import java.util.List;

/**
 * A message, read.
 *
 * @param message as it came
 * @param position the feed's running number of it, or {@link #NO_NUMBER}
 * @param sequence what the feed counts the messages of a series with, or {@link #NO_NUMBER}
 * @param outcomes what became of it; empty if no rule matches
 */
public record Received(byte[] message, long position, long sequence, List<Outcome> outcomes) {
    /** The position or sequence of a message that has none. */
    public static final long NO_NUMBER = -1;

    public Received {
        outcomes = List.copyOf(outcomes);
    }
}
