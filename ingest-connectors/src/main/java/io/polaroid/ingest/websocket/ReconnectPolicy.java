package io.polaroid.ingest.websocket;

/**
 * How a feed comes back after a loss. An attempt counts as failed unless a message arrived on it.
 *
 * @param maxRetries failed attempts in a row after which the feed gives up; -1 for never
 * @param initialDelayMillis wait before the first retry
 * @param maxDelayMillis longest wait
 * @param backoffMultiplier by how much each wait is longer than the one before
 */
public record ReconnectPolicy(int maxRetries, long initialDelayMillis, long maxDelayMillis, double backoffMultiplier) {
    /** Never gives up; 0.2 s at first, twice as long each time, 30 s at most. */
    public static ReconnectPolicy defaults() {
        return new ReconnectPolicy(-1, 200, 30_000, 2.0);
    }

    /** Whether to give up after so many failed attempts in a row. */
    public boolean isExhausted(int failures) {
        return maxRetries >= 0 && failures > maxRetries;
    }

    /** The wait after so many failed attempts in a row, at least one. */
    public long delayMillis(int failures) {
        double delay = initialDelayMillis * Math.pow(backoffMultiplier, Math.min(failures - 1, 1_000));
        return (long) Math.min(delay, maxDelayMillis);
    }
}
