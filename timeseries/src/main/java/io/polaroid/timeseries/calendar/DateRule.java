package io.polaroid.timeseries.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A day of each year.
 *
 * @param base where the year's day is
 * @param plusDays what is added to it
 * @param shifts days that it moves by, by the day of the week that it falls on
 * @param only days of the week that it counts on
 * @param from the first year
 * @param until the last year
 * @param except years without it
 */
record DateRule(
        Base base,
        int plusDays,
        Map<DayOfWeek, Integer> shifts,
        Set<DayOfWeek> only,
        int from,
        int until,
        Set<Integer> except) {

    /** A day of the year, before it moves. */
    sealed interface Base {
        /** A day of a month; of a short February the last one. */
        record OfMonth(int month, int day) implements Base {}

        /** The n-th such day of a month; the last one for {@link #LAST}. */
        record Nth(int month, DayOfWeek weekday, int n) implements Base {
            static final int LAST = -1;
        }

        /** Western Easter Sunday. */
        record Easter() implements Base {}
    }

    /** The day in a year, if there is one. */
    Optional<LocalDate> in(int year) {
        if (year < from || year > until || except.contains(year)) {
            return Optional.empty();
        }
        LocalDate date = at(year).plusDays(plusDays);
        if (!only.contains(date.getDayOfWeek())) {
            return Optional.empty();
        }
        return Optional.of(date.plusDays(shifts.getOrDefault(date.getDayOfWeek(), 0)));
    }

    private LocalDate at(int year) {
        return switch (base) {
            case Base.OfMonth day -> {
                LocalDate first = LocalDate.of(year, day.month(), 1);
                yield first.withDayOfMonth(Math.min(day.day(), first.lengthOfMonth()));
            }
            case Base.Nth nth -> {
                LocalDate first = LocalDate.of(year, nth.month(), 1);
                yield nth.n() == Base.Nth.LAST
                        ? first.with(TemporalAdjusters.lastInMonth(nth.weekday()))
                        : first.with(TemporalAdjusters.dayOfWeekInMonth(nth.n(), nth.weekday()));
            }
            case Base.Easter easter -> easter(year);
        };
    }

    /** Easter Sunday of the Gregorian calendar, by the rule of Butcher (1876). */
    static LocalDate easter(int year) {
        int a = year % 19;
        int b = year / 100;
        int c = year % 100;
        int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
        int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
        return LocalDate.of(year, f / 31, f % 31 + 1);
    }
}
