package io.polaroid.timeseries.time;

import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A span as it moves the times of one column: counted in the column's unit, and in the calendar of a zone.
 *
 * <p><b>Source</b> Polars {@code dt.offset_by} and {@code dt.truncate}: months keep the day of the month or take the month's last one,
 * calendar parts move the wall clock, and what is finer than the unit of the column is cut off. Results outside of 64 bits throw
 * {@link ArithmeticException}.
 */
public final class ZonedSpan {
    private static final long NANOS_PER_HOUR = 3_600_000_000_000L;
    private static final long NANOS_PER_DAY = 24 * NANOS_PER_HOUR;
    private static final long LONGEST_DAY = 25 * NANOS_PER_HOUR + 1;
    private static final int MONDAY = 4;

    private final Span span;
    private final ZoneId zone;
    private final WallClock clock;
    private final boolean utc;
    private final long nanosPerUnit;
    private final long day;
    private final long fixedUnits;

    private ZonedSpan(Span span, ZoneId zone, WallClock clock, long nanosPerUnit) {
        this.span = span;
        this.zone = zone;
        this.clock = clock;
        this.utc = clock.isUtc();
        this.nanosPerUnit = nanosPerUnit;
        this.day = NANOS_PER_DAY / nanosPerUnit;
        this.fixedUnits = span.nanos() / nanosPerUnit;
    }

    /**
     * A span for the times of a column.
     *
     * @param zone whose calendar days, weeks and months follow
     * @param nanosPerUnit nanoseconds in one unit of the column; divides a second
     */
    public static ZonedSpan of(Span span, ZoneId zone, long nanosPerUnit) {
        return new ZonedSpan(span, zone, new WallClock(zone, nanosPerUnit), nanosPerUnit);
    }

    /** The span itself. */
    public Span span() {
        return span;
    }

    /** Another span for the same column. */
    public ZonedSpan with(Span other) {
        return new ZonedSpan(other, zone, clock, nanosPerUnit);
    }

    /** Whether it always has the same length: {@link #units}. */
    public boolean isConstant() {
        return span.isFixed() || utc && span.isFixedInUtc();
    }

    /** Its length in units of the column, without its sign, if it {@link #isConstant}. */
    public long units() {
        long days = Math.addExact(Math.multiplyExact(span.weeks(), 7L), span.days());
        return Math.addExact(Math.multiplyExact(days, day), fixedUnits);
    }

    /** A length in units that it never exceeds, whatever the calendar does. */
    public long longest() {
        long hours = Math.multiplyExact(span.months(), 31L * 24 + 1);
        long months = Math.multiplyExact(hours, NANOS_PER_HOUR / nanosPerUnit);
        long weeks = Math.multiplyExact(span.weeks(), 6 * NANOS_PER_DAY + LONGEST_DAY) / nanosPerUnit;
        long days = Math.multiplyExact(span.days(), LONGEST_DAY) / nanosPerUnit;
        return Math.addExact(Math.addExact(months, weeks), Math.addExact(days, fixedUnits));
    }

    /** The time that lies this span after a time (before it, if the span is negative). */
    public long add(long time) {
        long moved = time;
        if (span.months() > 0) {
            moved = moved(moved, plusMonths(local(moved), signed(span.months())));
        }
        if (span.weeks() > 0) {
            moved = moved(moved, Math.addExact(local(moved), signed(Math.multiplyExact(span.weeks() * 7, day))));
        }
        if (span.days() > 0) {
            moved = moved(moved, Math.addExact(local(moved), signed(Math.multiplyExact(span.days(), day))));
        }
        return Math.addExact(moved, signed(fixedUnits));
    }

    /** The time that lies as many of this span after a time. */
    public long add(long time, long times) {
        return times == 1 ? add(time) : with(span.times(times)).add(time);
    }

    /**
     * The start of the window of this length that holds a time. Windows lie side by side from 1970-01-01 local time on, weeks from Monday
     * 1970-01-05. To a span that is finer than the column's unit, a time is itself.
     *
     * @throws IllegalArgumentException if the span is not positive or of several kinds
     */
    public long truncate(long time) {
        if (!span.isPositive() || !span.isOneKind()) {
            throw new IllegalArgumentException("times are truncated to a positive span of one kind, not to " + span);
        }
        long local = local(time);
        if (span.months() > 0) {
            return moved(time, firstOfMonths(local));
        }
        if (span.weeks() > 0) {
            long length = Math.multiplyExact(span.weeks() * 7, day);
            return moved(time, Math.subtractExact(local, Math.floorMod(local - MONDAY * day, length)));
        }
        long length = span.days() > 0 ? Math.multiplyExact(span.days(), day) : fixedUnits;
        if (length == 0) {
            return time;
        }
        return moved(time, Math.subtractExact(local, Math.floorMod(local, length)));
    }

    /** Midnight of the Monday of a time's week. */
    public long monday(long time) {
        long local = local(time);
        return moved(time, Math.subtractExact(local, Math.floorMod(local - MONDAY * day, 7 * day)));
    }

    private long firstOfMonths(long local) {
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(local, day));
        long months = (date.getYear() - 1970L) * 12 + date.getMonthValue() - 1;
        long start = Math.subtractExact(months, Math.floorMod(months, span.months()));
        return Math.multiplyExact(LocalDate.EPOCH.plusMonths(start).toEpochDay(), day);
    }

    private long plusMonths(long local, long months) {
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(local, day)).plusMonths(months);
        return Math.addExact(Math.multiplyExact(date.toEpochDay(), day), Math.floorMod(local, day));
    }

    private long local(long time) {
        return utc ? time : clock.toLocal(time);
    }

    private long moved(long origin, long local) {
        return utc ? local : clock.toInstant(local, origin);
    }

    private long signed(long length) {
        return span.negative() ? -length : length;
    }
}
