package io.polaroid.timeseries.grid;

import io.polaroid.timeseries.time.Span;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * So many days, weeks (from Monday) or months of a zone's calendar, counted from January 1970, each moved by an offset of its wall
 * clock.
 */
final class ZonedStretches implements Stretches {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long MONDAY = 4;

    private final long months;
    private final long days;
    private final long firstDay;
    private final Span offset;
    private final long sign;
    private final ZoneId zone;
    private long recent;
    private long recentOpen = 0;
    private long recentClose = 0;

    /**
     * Stretches of a span of months, weeks or days.
     *
     * @param weekday on which weeks begin, days after Monday
     */
    ZonedStretches(Span every, Span offset, long weekday, ZoneId zone) {
        this.months = every.months();
        this.days = every.weeks() > 0 ? Math.multiplyExact(every.weeks(), 7L) : every.days();
        this.firstDay = every.weeks() > 0 ? MONDAY + weekday : 0;
        this.offset = offset;
        this.sign = offset.negative() ? -1 : 1;
        this.zone = zone;
    }

    @Override
    public long at(long time) {
        if (time < recentOpen || time >= recentClose) {
            long second = Math.floorDiv(time, NANOS_PER_SECOND);
            recent = number(LocalDate.ofInstant(Instant.ofEpochSecond(second), zone));
            while (open(recent) > time) {
                recent--;
            }
            while (open(recent + 1) <= time) {
                recent++;
            }
            recentOpen = open(recent);
            recentClose = open(recent + 1);
        }
        return recent;
    }

    private long number(LocalDate day) {
        return months > 0
                ? Math.floorDiv((day.getYear() - 1970L) * 12 + day.getMonthValue() - 1, months)
                : Math.floorDiv(day.toEpochDay() - firstDay, days);
    }

    @Override
    public long open(long number) {
        LocalDate day = months > 0
                ? LocalDate.EPOCH.plusMonths(Math.multiplyExact(number, months))
                : LocalDate.ofEpochDay(Math.addExact(Math.multiplyExact(number, days), firstDay));
        var local = day.plusMonths(sign * offset.months())
                .plusDays(sign * (7 * offset.weeks() + offset.days()))
                .atStartOfDay()
                .plusNanos(sign * offset.nanos())
                .atZone(zone);
        return Math.addExact(Math.multiplyExact(local.toEpochSecond(), NANOS_PER_SECOND), local.getNano());
    }

    @Override
    public long close(long number) {
        return open(number + 1);
    }

    @Override
    public long first() {
        return NONE;
    }

    @Override
    public boolean isHeld(long time) {
        return true;
    }
}
