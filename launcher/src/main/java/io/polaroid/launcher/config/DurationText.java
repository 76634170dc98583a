package io.polaroid.launcher.config;

import java.time.Duration;

/** Durations as users write them. */
public final class DurationText {
    private DurationText() {}

    /** {@code 1h}, {@code 90s}, {@code 250ms}. */
    public static String of(Duration duration) {
        long nanos = duration.toNanos();
        long[] sizes = {3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L};
        String[] units = {"h", "m", "s", "ms", "us"};
        for (int i = 0; i < sizes.length; i++) {
            if (nanos % sizes[i] == 0 && nanos != 0) {
                return nanos / sizes[i] + units[i];
            }
        }
        return nanos == 0 ? "0" : nanos + "ns";
    }
}
