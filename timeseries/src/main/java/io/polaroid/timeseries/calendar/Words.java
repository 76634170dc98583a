package io.polaroid.timeseries.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of one line of a calendar. What does not fit throws {@link IllegalArgumentException}. */
final class Words {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> WEEKDAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern CLOCK = Pattern.compile("(\\d{2}):(\\d{2})");
    private static final Pattern SHIFT = Pattern.compile("(mon|tue|wed|thu|fri|sat|sun)([+-]\\d{1,2})");
    private static final Pattern SIGNED = Pattern.compile("[+-]\\d{1,3}");

    private final List<String> words;
    private int next;

    Words(String line) {
        this.words = List.of(line.strip().split("\\s+"));
    }

    /** Times that replace those of a usual day. */
    record Times(int open, int close) {
        static final int USUAL = Integer.MIN_VALUE;

        /** The hours of a day with these times: what lies outside of them falls away. */
        List<Hours> of(List<Hours> usual) {
            var left = new ArrayList<Hours>();
            for (Hours part : usual) {
                int from = open == USUAL ? part.open() : Math.max(open, part.open());
                int to = close == USUAL ? part.close() : Math.min(close, part.close());
                if (from < to) {
                    left.add(new Hours(from, to));
                }
            }
            if (left.isEmpty()) {
                throw new IllegalArgumentException("nothing is left of a usual day's session");
            }
            return left;
        }
    }

    boolean hasNext() {
        return next < words.size();
    }

    private String peek() {
        return hasNext() ? words.get(next) : "";
    }

    String next(String what) {
        if (!hasNext()) {
            throw new IllegalArgumentException("expected " + what + " at the end of the line");
        }
        return words.get(next++);
    }

    String rest() {
        String rest = String.join(" ", words.subList(next, words.size()));
        next = words.size();
        return rest;
    }

    void end(String kind) {
        if (hasNext()) {
            throw new IllegalArgumentException("unexpected '" + peek() + "' in a line of " + kind);
        }
    }

    boolean isDate() {
        return DATE.matcher(peek()).matches();
    }

    LocalDate date() {
        return LocalDate.parse(next("a date such as 2024-12-24"));
    }

    Set<DayOfWeek> weekend() {
        if (peek().equals("none")) {
            next++;
            return EnumSet.noneOf(DayOfWeek.class);
        }
        return weekdays();
    }

    private Set<DayOfWeek> weekdays() {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        while (WEEKDAYS.contains(peek())) {
            days.add(DayOfWeek.of(WEEKDAYS.indexOf(words.get(next++)) + 1));
        }
        if (days.isEmpty()) {
            throw new IllegalArgumentException("expected days such as mon tue, not '" + peek() + "'");
        }
        return days;
    }

    /** Stretches of trading, such as {@code 09:30-11:30 13:00-16:00} or {@code -1d 17:00-16:00}. */
    List<Hours> hours() {
        var parts = new ArrayList<Hours>();
        while (hasNext()) {
            int before = peek().equals("-1d") ? -24 * 60 : 0;
            next += before < 0 ? 1 : 0;
            String[] ends = next("hours such as 09:30-16:00").split("-", -1);
            if (ends.length != 2) {
                throw new IllegalArgumentException("expected hours such as 09:30-16:00");
            }
            var part = new Hours(clock(ends[0]) + before, clock(ends[1]));
            if (!parts.isEmpty() && part.open() < parts.getLast().close()) {
                throw new IllegalArgumentException("hours overlap, or are not in order");
            }
            parts.add(part);
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("expected hours such as 09:30-16:00");
        }
        return parts;
    }

    private static int clock(String text) {
        Matcher clock = CLOCK.matcher(text);
        int minutes = clock.matches() ? Integer.parseInt(clock.group(1)) * 60 + Integer.parseInt(clock.group(2)) : -1;
        if (minutes < 0 || minutes > 24 * 60 || Integer.parseInt(clock.group(2)) > 59) {
            throw new IllegalArgumentException("'" + text + "' is no time of day such as 09:30");
        }
        return minutes;
    }

    /** Skips the name of a rule. */
    Words named() {
        next("a name");
        return this;
    }

    DateRule rule() {
        DateRule.Base base = base();
        int plus = SIGNED.matcher(peek()).matches() ? Integer.parseInt(words.get(next++)) : 0;
        Map<DayOfWeek, Integer> shifts = new EnumMap<>(DayOfWeek.class);
        Set<DayOfWeek> only = EnumSet.allOf(DayOfWeek.class);
        int from = Integer.MIN_VALUE;
        int until = Integer.MAX_VALUE;
        Set<Integer> except = new HashSet<>();
        while (hasNext()) {
            Matcher shift = SHIFT.matcher(peek());
            if (shift.matches()) {
                next++;
                shifts.put(DayOfWeek.of(WEEKDAYS.indexOf(shift.group(1)) + 1), Integer.parseInt(shift.group(2)));
            } else if (take("on")) {
                only = weekdays();
            } else if (take("from")) {
                from = year();
            } else if (take("until")) {
                until = year();
            } else if (take("except")) {
                do {
                    except.add(year());
                } while (peek().matches("\\d{4}"));
            } else {
                break;
            }
        }
        return new DateRule(base, plus, Map.copyOf(shifts), Set.copyOf(only), from, until, Set.copyOf(except));
    }

    private DateRule.Base base() {
        String first = next("a day such as dec 25, may mon last or easter").toLowerCase(Locale.ROOT);
        if (first.equals("easter")) {
            return new DateRule.Base.Easter();
        }
        int month = MONTHS.indexOf(first) + 1;
        if (month == 0) {
            throw new IllegalArgumentException("'" + first + "' is no month such as jan, and not easter");
        }
        int weekday = WEEKDAYS.indexOf(peek()) + 1;
        if (weekday == 0) {
            return new DateRule.Base.OfMonth(month, number(1, 31));
        }
        next++;
        return new DateRule.Base.Nth(
                month, DayOfWeek.of(weekday), take("last") ? DateRule.Base.Nth.LAST : number(1, 4));
    }

    /** {@code open 10:00}, {@code close 13:00} or both. */
    Times times() {
        int open = take("open") ? clock(next("a time")) : Times.USUAL;
        int close = take("close") ? clock(next("a time")) : Times.USUAL;
        if (open == Times.USUAL && close == Times.USUAL) {
            throw new IllegalArgumentException("expected open or close and a time, not '" + peek() + "'");
        }
        return new Times(open, close);
    }

    private boolean take(String word) {
        boolean found = peek().equals(word);
        next += found ? 1 : 0;
        return found;
    }

    private int year() {
        return number(1, 9999);
    }

    private int number(int least, int most) {
        String word = next("a number");
        int number = word.matches("\\d{1,4}") ? Integer.parseInt(word) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException("'" + word + "' is no number from " + least + " to " + most);
        }
        return number;
    }
}
