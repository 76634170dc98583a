package io.polaroid.timeseries.calendar;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * When a market trades: sessions with breaks, short days and holidays, in a zone.
 *
 * @param code its name in plans, such as XNYS
 * @param name its name for people
 * @param zone whose clock its hours are on
 * @param from the first day that it knows
 * @param to the last day that it knows
 * @param weekend days of the week without trading
 * @param hours stretches of trading of a usual day, in order
 * @param closed further days without trading
 * @param changed days with other hours
 */
public record TradingCalendar(
        String code,
        String name,
        ZoneId zone,
        LocalDate from,
        LocalDate to,
        Set<DayOfWeek> weekend,
        List<Hours> hours,
        Set<LocalDate> closed,
        Map<LocalDate, List<Hours>> changed) {
    /** The calendars that come along. */
    public static final List<String> CODES = List.of("XNYS", "XLON", "XETR", "XCME", "24x7");

    public TradingCalendar {
        weekend = Set.copyOf(weekend);
        hours = List.copyOf(hours);
        closed = Set.copyOf(closed);
        changed = Map.copyOf(changed);
        if (hours.isEmpty()) {
            throw new IllegalArgumentException("calendar " + code + " has no session");
        }
    }

    /**
     * One of the calendars that come along.
     *
     * @return the calendar, or {@code INVALID_ARGUMENT} that says which there are
     */
    public static Result<TradingCalendar> named(String code) {
        if (!CODES.contains(code)) {
            return Result.err(
                    ProblemCode.INVALID_ARGUMENT,
                    "there is no calendar '" + code + "'; there are " + CODES + ", and files of one's own");
        }
        try (InputStream text = TradingCalendar.class.getResourceAsStream(code + ".calendar")) {
            if (text == null) {
                throw new IllegalStateException("calendar " + code + " is missing from the jar");
            }
            return parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new IllegalStateException("calendar " + code + " cannot be read from the jar", failure);
        }
    }

    /**
     * Reads a calendar in the format of {@code docs/calendars.md}.
     *
     * @return the calendar, or {@code INVALID_CONFIG} that names the line
     */
    public static Result<TradingCalendar> parse(String text) {
        return new CalendarText(text).read();
    }

    /** Whether the market trades on a day; false outside of what the calendar knows. */
    public boolean isTradingDay(LocalDate day) {
        return covers(day) && !weekend.contains(day.getDayOfWeek()) && !closed.contains(day);
    }

    /** Whether the calendar knows a day. */
    public boolean covers(LocalDate day) {
        return !day.isBefore(from) && !day.isAfter(to);
    }

    /** The trading of a day, if there is any. */
    public Optional<Session> session(LocalDate day) {
        if (!isTradingDay(day)) {
            return Optional.empty();
        }
        List<Hours> own = changed.getOrDefault(day, hours);
        var parts = new ArrayList<Session.Part>();
        for (Hours part : own) {
            parts.add(new Session.Part(at(day, part.open()), at(day, part.close())));
        }
        return Optional.of(new Session(day, parts, changed.containsKey(day)));
    }

    /** The sessions of trading days from one day to another, both included. */
    public List<Session> sessions(LocalDate first, LocalDate last) {
        var sessions = new ArrayList<Session>();
        LocalDate end = last.isAfter(to) ? to : last;
        for (LocalDate day = first.isBefore(from) ? from : first; !day.isAfter(end); day = day.plusDays(1)) {
            session(day).ifPresent(sessions::add);
        }
        return sessions;
    }

    /**
     * The trading day that lies as many trading days after a day (before it, if negative). From a day without trading the first step
     * leads to the next trading day (the one before); 0 steps lead to the day itself, or to the next trading day.
     *
     * @return the day, or {@code INVALID_ARGUMENT} if the calendar does not know it
     */
    public Result<LocalDate> plus(LocalDate day, int tradingDays) {
        int step = tradingDays < 0 ? -1 : 1;
        int left = Math.abs(tradingDays);
        LocalDate found = day;
        if (left == 0) {
            while (covers(found) && !isTradingDay(found)) {
                found = found.plusDays(1);
            }
        }
        while (left > 0 && covers(found)) {
            found = found.plusDays(step);
            left -= isTradingDay(found) ? 1 : 0;
        }
        return covers(found)
                ? Result.ok(found)
                : Result.err(
                        ProblemCode.INVALID_ARGUMENT,
                        tradingDays + " trading days from " + day + " lie outside of what calendar " + code
                                + " covers: " + from + " to " + to);
    }

    private Instant at(LocalDate day, int minutes) {
        LocalDateTime local = day.atStartOfDay().plusMinutes(minutes);
        return local.atZone(zone).toInstant();
    }
}
