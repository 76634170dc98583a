package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.ZonedSpan;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** Which trading days share a window: days are counted from the calendar's first one, weeks, months and years are those of their dates. */
public final class TradingDays {
    private static final long SECONDS_PER_DAY = 86_400;

    private final Span every;
    private final ZonedSpan length;
    private final Map<LocalDate, Long> numbers = new HashMap<>();

    /** Windows of so many days, weeks, months or years. */
    public TradingDays(TradingCalendar calendar, Span every) {
        this.every = every;
        this.length = ZonedSpan.of(every, ZoneOffset.UTC, 1_000_000_000L);
        if (every.days() > 1) {
            long number = 0;
            for (LocalDate day = calendar.from(); !day.isAfter(calendar.to()); day = day.plusDays(1)) {
                if (calendar.isTradingDay(day)) {
                    numbers.put(day, number++);
                }
            }
        }
    }

    /** Whether two trading days share a window. */
    public boolean areTogether(LocalDate a, LocalDate b) {
        return window(a) == window(b);
    }

    private long window(LocalDate day) {
        if (every.days() == 1) {
            return day.toEpochDay();
        }
        return every.days() > 1
                ? numbers.getOrDefault(day, -1L) / every.days()
                : length.truncate(day.toEpochDay() * SECONDS_PER_DAY);
    }
}
