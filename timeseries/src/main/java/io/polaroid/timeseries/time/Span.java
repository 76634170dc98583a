package io.polaroid.timeseries.time;

import io.polaroid.timeseries.result.Result;

/**
 * A signed length of time in units of the clock and of the calendar, as table operators take it: the duration language of Polars.
 *
 * <p>Nanoseconds are of fixed length. Days, weeks and months follow the calendar of a zone: a day in Europe/Berlin has 23, 24 or 25
 * hours, 24 hours are always 24 hours. {@link Frequency} is the smaller language of streams, whose days are those of UTC.
 *
 * @param months calendar months; a quarter is 3, a year 12
 * @param weeks calendar weeks
 * @param days calendar days
 * @param nanos nanoseconds, or steps of an index
 * @param negative whether all parts point back
 * @param index whether it counts steps of a column of whole numbers instead of time
 */
public record Span(long months, long weeks, long days, long nanos, boolean negative, boolean index) {
    /** No time at all. */
    public static final Span ZERO = new Span(0, 0, 0, 0, false, false);

    public Span {
        if (months < 0 || weeks < 0 || days < 0 || nanos < 0) {
            throw new IllegalArgumentException("a part of a span is negative; the sign stands before all of them");
        }
    }

    /** A fixed length. */
    public static Span ofNanos(long nanos) {
        return new Span(0, 0, 0, Math.absExact(nanos), nanos < 0, false);
    }

    /** Steps of an index. */
    public static Span ofSteps(long steps) {
        return new Span(0, 0, 0, Math.absExact(steps), steps < 0, true);
    }

    /**
     * Reads a span: numbers with units {@code ns us ms s m h} (fixed), {@code d w mo q y} (calendar; also {@code M Q Y}) or {@code i}
     * (steps of an index), one after another as in {@code 3d12h}, all of them negative after a {@code -}. A number that is missing
     * before a single unit is 1.
     *
     * @return the span, or {@code INVALID_ARGUMENT} that says what was expected
     */
    public static Result<Span> parse(String text) {
        return SpanText.parse(text);
    }

    /** The text that {@link #parse} reads as this span. */
    public String text() {
        return SpanText.of(this);
    }

    /** Whether it has no length. */
    public boolean isZero() {
        return months == 0 && weeks == 0 && days == 0 && nanos == 0;
    }

    /** Whether it is longer than nothing and points forward. */
    public boolean isPositive() {
        return !negative && !isZero();
    }

    /** Whether it has parts of one kind only, so that times can be truncated to it. */
    public boolean isOneKind() {
        int kinds = (months > 0 ? 1 : 0) + (weeks > 0 ? 1 : 0) + (days > 0 ? 1 : 0) + (nanos > 0 ? 1 : 0);
        return kinds == 1;
    }

    /** Whether its length depends on no calendar in UTC: it has no months. */
    public boolean isFixedInUtc() {
        return months == 0;
    }

    /** Whether its length depends on no calendar at all. */
    public boolean isFixed() {
        return months == 0 && weeks == 0 && days == 0;
    }

    /** The same length in the other direction. */
    public Span negated() {
        return new Span(months, weeks, days, nanos, !negative, index);
    }

    /**
     * As many of it.
     *
     * @param times not negative
     * @throws ArithmeticException if a part does not fit in 64 bits
     */
    public Span times(long times) {
        return new Span(
                Math.multiplyExact(months, times),
                Math.multiplyExact(weeks, times),
                Math.multiplyExact(days, times),
                Math.multiplyExact(nanos, times),
                negative,
                index);
    }

    @Override
    public String toString() {
        return text();
    }
}
