package io.polaroid.timeseries.time;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * The bucket that a time falls in. Buckets are half-open, and lie side by side from 1970 UTC on, before it as well as after; those of
 * whole weeks start on Mondays.
 */
public final class Bucketing {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
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

    /**
     * Start of the calendar bucket of a time: midnight of the first day of a month in {@code zone}, months counted from January 1970.
     *
     * @throws ArithmeticException outside the years 1677 to 2262
     */
    public static long start(long timeNanos, Frequency.Calendar every, ZoneId zone) {
        long months = Math.floorDiv(monthsSince1970(timeNanos, zone), (long) every.months()) * every.months();
        return nanosAt(months, zone);
    }

    /**
     * End of the calendar bucket of a time, which is the start of the next one.
     *
     * @throws ArithmeticException outside the years 1677 to 2262
     */
    public static long end(long timeNanos, Frequency.Calendar every, ZoneId zone) {
        long months = Math.floorDiv(monthsSince1970(timeNanos, zone), (long) every.months()) * every.months();
        return nanosAt(months + every.months(), zone);
    }

    private static long monthsSince1970(long timeNanos, ZoneId zone) {
        long second = Math.floorDiv(timeNanos, NANOS_PER_SECOND);
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochSecond(second), zone);
        return (day.getYear() - 1970L) * 12 + day.getMonthValue() - 1;
    }

    private static long nanosAt(long months, ZoneId zone) {
        long second = LocalDate.EPOCH.plusMonths(months).atStartOfDay(zone).toEpochSecond();
        return Math.multiplyExact(second, NANOS_PER_SECOND);
    }
}
