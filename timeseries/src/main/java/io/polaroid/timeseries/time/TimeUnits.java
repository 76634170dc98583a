package io.polaroid.timeseries.time;

import org.apache.arrow.vector.types.TimeUnit;

/** Event times to nanoseconds since 1970 UTC and back; the only place where units are converted. */
public final class TimeUnits {
    private TimeUnits() {}

    /** Nanoseconds in one unit. */
    public static long nanosPer(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1_000_000_000L;
            case MILLISECOND -> 1_000_000L;
            case MICROSECOND -> 1_000L;
            case NANOSECOND -> 1L;
        };
    }

    /**
     * A time in {@code unit} as nanoseconds.
     *
     * @throws ArithmeticException outside the years 1677 to 2262
     */
    public static long toNanos(long time, TimeUnit unit) {
        return Math.multiplyExact(time, nanosPer(unit));
    }

    /** Nanoseconds as a time in {@code unit}, rounded down. */
    public static long fromNanos(long nanos, TimeUnit unit) {
        return Math.floorDiv(nanos, nanosPer(unit));
    }
}
