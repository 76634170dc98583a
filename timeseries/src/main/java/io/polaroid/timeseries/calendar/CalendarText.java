package io.polaroid.timeseries.calendar;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the text form of calendars. */
final class CalendarText {
    private final String text;
    private String code = "";
    private String name = "";
    private Optional<ZoneId> zone = Optional.empty();
    private Optional<LocalDate> from = Optional.empty();
    private Optional<LocalDate> to = Optional.empty();
    private Set<DayOfWeek> weekend = EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
    private List<Hours> hours = List.of();
    private final List<DateRule> holidays = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final Set<LocalDate> closed = new HashSet<>();
    private final Set<LocalDate> opened = new HashSet<>();
    private final Map<LocalDate, Words.Times> days = new HashMap<>();

    private record Change(DateRule rule, Words.Times times) {}

    CalendarText(String text) {
        this.text = text;
    }

    Result<TradingCalendar> read() {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String content = line.contains("#") ? line.substring(0, line.indexOf('#')) : line;
            if (content.isBlank()) {
                continue;
            }
            try {
                read(new Words(content));
            } catch (IllegalArgumentException | DateTimeException problem) {
                return invalid("line " + number + ": " + problem.getMessage());
            }
        }
        if (code.isEmpty() || zone.isEmpty() || from.isEmpty() || to.isEmpty() || hours.isEmpty()) {
            return invalid("it needs one line each of calendar, zone, covers and session");
        }
        return Result.ok(calendar(zone.get(), from.get(), to.get()));
    }

    private static Result<TradingCalendar> invalid(String why) {
        return Result.err(ProblemCode.INVALID_CONFIG, "the calendar cannot be read: " + why);
    }

    private void read(Words words) {
        String kind = words.next("a kind of line");
        switch (kind) {
            case "calendar" -> code = words.next("a code");
            case "name" -> name = words.rest();
            case "zone" -> zone = Optional.of(ZoneId.of(words.next("a zone")));
            case "covers" -> {
                from = Optional.of(words.date());
                to = Optional.of(words.date());
            }
            case "weekend" -> weekend = words.weekend();
            case "session" -> hours = words.hours();
            case "holiday" -> holidays.add(words.named().rule());
            case "early", "late" -> change(words);
            case "closed" -> closed(words, closed);
            case "open" -> closed(words, opened);
            default ->
                throw new IllegalArgumentException("'" + kind
                        + "' is no kind of line; expected calendar, name, zone, covers, weekend, session, holiday, early,"
                        + " late, closed or open");
        }
        words.end(kind);
    }

    private void change(Words words) {
        if (words.isDate()) {
            LocalDate day = words.date();
            days.put(day, words.times());
        } else {
            DateRule rule = words.named().rule();
            changes.add(new Change(rule, words.times()));
        }
    }

    private static void closed(Words words, Set<LocalDate> into) {
        LocalDate first = words.date();
        LocalDate last = words.isDate() ? words.date() : first;
        if (last.isBefore(first)) {
            throw new IllegalArgumentException(last + " comes before " + first);
        }
        first.datesUntil(last.plusDays(1)).forEach(into::add);
        words.rest();
    }

    private TradingCalendar calendar(ZoneId in, LocalDate first, LocalDate last) {
        Map<LocalDate, List<Hours>> changed = new HashMap<>();
        // A year more on either side: a rule may move into the next year.
        for (int year = first.getYear() - 1; year <= last.getYear() + 1; year++) {
            for (DateRule holiday : holidays) {
                holiday.in(year).ifPresent(closed::add);
            }
            for (Change change : changes) {
                change.rule()
                        .in(year)
                        .ifPresent(day -> changed.put(day, change.times().of(hours)));
            }
        }
        closed.removeAll(opened);
        days.forEach((day, times) -> changed.put(day, times.of(hours)));
        Set<DayOfWeek> off = EnumSet.noneOf(DayOfWeek.class);
        off.addAll(weekend);
        changed.keySet().removeIf(day -> closed.contains(day) || off.contains(day.getDayOfWeek()));
        return new TradingCalendar(code, name.isEmpty() ? code : name, in, first, last, off, hours, closed, changed);
    }
}
