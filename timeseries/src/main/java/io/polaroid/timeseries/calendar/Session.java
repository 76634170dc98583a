package io.polaroid.timeseries.calendar;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * The trading of one day.
 *
 * @param date the trading day, which for markets that open on the evening before is the next day's date
 * @param parts its stretches of trading in order, with breaks between them; at least one
 * @param isShort whether it closes earlier or opens later than others
 */
public record Session(LocalDate date, List<Part> parts, boolean isShort) {
    public Session {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("the session of " + date + " has no trading");
        }
    }

    /**
     * A stretch of trading, {@code [open, close)}.
     *
     * @param open when it starts
     * @param close when it ends
     */
    public record Part(Instant open, Instant close) {}

    /** When trading starts. */
    public Instant open() {
        return parts.getFirst().open();
    }

    /** When trading ends. */
    public Instant close() {
        return parts.getLast().close();
    }
}
