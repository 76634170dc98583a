package io.polaroid.timeseries.calendar;

/**
 * A stretch of trading on the clock of a session's day.
 *
 * @param open minutes from midnight of the day; below 0 on the evening before
 * @param close minutes from midnight of the day, after {@code open}
 */
record Hours(int open, int close) {
    Hours {
        if (close <= open) {
            throw new IllegalArgumentException("trading closes at minute " + close + ", not after it opens at " + open);
        }
    }
}
