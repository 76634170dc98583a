package io.polaroid.timeseries.time;

/**
 * The bucket that a time falls in. Buckets are half-open, and lie side by side from 1970 UTC on, before it as well as after; those of
 * whole weeks start on Mondays.
 */
public final class Bucketing {
    private static final long WEEK = 604_800_000_000_000L;

    /** 1970-01-05, the first Monday. */
    private static final long MONDAY = 345_600_000_000_000L;

    private Bucketing() {}

    /**
     * Start of the bucket of a time.
     *
     * @param timeNanos the time, ns since 1970 UTC
     * @param everyNanos length of a bucket; positive
     * @throws ArithmeticException if the bucket starts before what 64 bits of nanoseconds hold (the year 1677)
     */
    public static long start(long timeNanos, long everyNanos) {
        long into = Math.floorMod(timeNanos, everyNanos);
        if (everyNanos % WEEK == 0) {
            into -= Math.floorMod(MONDAY, everyNanos);
            into += into < 0 ? everyNanos : 0;
        }
        return Math.subtractExact(timeNanos, into);
    }
}
