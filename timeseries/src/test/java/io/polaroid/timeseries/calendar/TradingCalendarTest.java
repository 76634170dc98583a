package io.polaroid.timeseries.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TradingCalendarTest {
    private static final LocalDate FIRST = LocalDate.parse("2000-01-01");
    private static final LocalDate LAST = LocalDate.parse("2030-12-31");

    private static TradingCalendar calendar(String code) {
        return TradingCalendar.named(code).orThrow();
    }

    private static LocalDate day(String text) {
        return LocalDate.parse(text);
    }

    private static Instant at(String text) {
        return Instant.parse(text);
    }

    /** What exchange_calendars says of weekdays (src/test/polars/exchange_days.py). */
    private static Map<LocalDate, String> published(String code) throws IOException {
        var days = new TreeMap<LocalDate, String>();
        try (var golden = new BufferedReader(new InputStreamReader(
                TradingCalendarTest.class.getResourceAsStream("exchange_days.txt"), StandardCharsets.UTF_8))) {
            golden.lines()
                    .map(line -> line.split(" "))
                    .filter(words -> words[0].equals(code))
                    .forEach(words -> days.put(day(words[1]), words[2]));
        }
        return days;
    }

    private static Map<LocalDate, String> ours(String code) {
        TradingCalendar calendar = calendar(code);
        var days = new TreeMap<LocalDate, String>();
        for (LocalDate day = FIRST; !day.isAfter(LAST); day = day.plusDays(1)) {
            LocalDate date = day;
            if (day.getDayOfWeek().getValue() <= 5 && !calendar.isTradingDay(day)) {
                days.put(day, "closed");
            }
            calendar.session(day)
                    .filter(Session::isShort)
                    .ifPresent(session -> days.put(
                            date,
                            session.close()
                                    .atZone(calendar.zone())
                                    .toLocalTime()
                                    .format(DateTimeFormatter.ofPattern("HH:mm"))));
        }
        return days;
    }

    @ParameterizedTest
    @ValueSource(strings = {"XNYS", "XLON", "XETR"})
    void knowsHolidaysAndHalfDays(String code) throws IOException {
        Map<LocalDate, String> published = published(code);

        assertThat(published).hasSizeGreaterThan(200);
        assertThat(ours(code)).isEqualTo(published);
    }

    @Test
    void knowsHolidaysOfGlobex() throws IOException {
        var published = published("XCME");
        // 12:15 on the eves, which exchange_calendars rounds to 12:00.
        var ours = ours("XCME");
        ours.replaceAll((day, time) -> time.equals("12:15") ? "12:00" : time);

        var differences = new ArrayList<String>();
        published.forEach((day, time) -> {
            if (!time.equals(ours.get(day))) {
                differences.add(day + " " + time + " " + ours.get(day));
            }
        });
        ours.forEach((day, time) -> {
            if (!published.containsKey(day)) {
                differences.add(day + " null " + time);
            }
        });
        // It has no Juneteenth there, on which Globex closes early since 2022.
        assertThat(differences).hasSize(9).allMatch(difference -> difference.matches("20..-06-(18|19|20) null 12:00"));
    }

    @Test
    void opensAndClosesOnTheLocalClock() {
        Session summer = calendar("XNYS").session(day("2024-07-02")).orElseThrow();
        Session winter = calendar("XNYS").session(day("2024-12-24")).orElseThrow();

        assertThat(summer.open()).isEqualTo(at("2024-07-02T13:30:00Z"));
        assertThat(summer.close()).isEqualTo(at("2024-07-02T20:00:00Z"));
        assertThat(summer.isShort()).isFalse();
        assertThat(winter.close()).isEqualTo(at("2024-12-24T18:00:00Z"));
        assertThat(winter.isShort()).isTrue();
    }

    @Test
    void opensTheEveningBefore() {
        Session monday = calendar("XCME").session(day("2024-07-08")).orElseThrow();

        assertThat(monday.open()).isEqualTo(at("2024-07-07T22:00:00Z"));
        assertThat(monday.close()).isEqualTo(at("2024-07-08T21:00:00Z"));
        assertThat(calendar("XCME").session(day("2024-07-07"))).isEmpty();
    }

    @Test
    void neverCloses() {
        Session sunday = calendar("24x7").session(day("2024-07-07")).orElseThrow();

        assertThat(sunday.open()).isEqualTo(at("2024-07-07T00:00:00Z"));
        assertThat(sunday.close()).isEqualTo(at("2024-07-08T00:00:00Z"));
    }

    @Test
    void stepsByTradingDays() {
        TradingCalendar nyse = calendar("XNYS");

        assertThat(nyse.plus(day("2024-07-03"), 1)).isEqualTo(Result.ok(day("2024-07-05")));
        assertThat(nyse.plus(day("2024-07-05"), -1)).isEqualTo(Result.ok(day("2024-07-03")));
        assertThat(nyse.plus(day("2024-07-06"), 0)).isEqualTo(Result.ok(day("2024-07-08")));
        assertThat(nyse.plus(day("2024-07-06"), 1)).isEqualTo(Result.ok(day("2024-07-08")));
        assertThat(nyse.plus(day("2024-07-06"), -1)).isEqualTo(Result.ok(day("2024-07-05")));
        assertThat(nyse.plus(day("2024-01-01"), 252)).isEqualTo(Result.ok(day("2024-12-31")));
        assertThat(nyse.plus(day("2050-12-30"), 5)).isInstanceOf(Result.Err.class);
        assertThat(nyse.sessions(day("2024-01-01"), day("2024-12-31"))).hasSize(252);
    }

    @Test
    void readsOnesOwn() {
        TradingCalendar tokyo = TradingCalendar.parse("""
                        calendar XTKS
                        name Tokyo Stock Exchange   # morning and afternoon
                        zone Asia/Tokyo
                        covers 2024-01-01 2024-12-31
                        weekend sat sun
                        session 09:00-11:30 12:30-15:30
                        holiday new-year jan 1
                        early last-day dec 30 close 11:30
                        late first-day jan 4 open 10:00
                        closed 2024-05-03 2024-05-06 golden week
                        open 2024-05-04
                        """).orThrow();

        Session usual = tokyo.session(day("2024-03-01")).orElseThrow();
        assertThat(usual.parts())
                .containsExactly(
                        new Session.Part(at("2024-03-01T00:00:00Z"), at("2024-03-01T02:30:00Z")),
                        new Session.Part(at("2024-03-01T03:30:00Z"), at("2024-03-01T06:30:00Z")));
        assertThat(tokyo.session(day("2024-12-30")).orElseThrow().parts()).hasSize(1);
        assertThat(tokyo.session(day("2024-01-04")).orElseThrow().open()).isEqualTo(at("2024-01-04T01:00:00Z"));
        assertThat(tokyo.isTradingDay(day("2024-05-03"))).isFalse();
        assertThat(tokyo.isTradingDay(day("2024-05-06"))).isFalse();
        assertThat(tokyo.name()).isEqualTo("Tokyo Stock Exchange");
        assertThat(tokyo.weekend()).containsOnly(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "calendar X",
                "weekend never",
                "session 16:00-09:30",
                "session 09:30",
                "session 09:00-12:00 11:00-13:00",
                "holiday christmas dez 25",
                "holiday christmas dec 32",
                "holiday first may mon 6",
                "early eve dec 24",
                "early eve dec 24 close 25:00",
                "closed 2024-13-01",
                "closed 2024-02-02 2024-02-01",
                "zone Nowhere/City",
                "holiday christmas dec 25 from year",
                "frobnicate"
            })
    void refusesWhatItCannotRead(String line) {
        assertThat(TradingCalendar.parse(line))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().code()).isEqualTo(ProblemCode.INVALID_CONFIG));
    }

    @Test
    void namesTheLine() {
        assertThat(TradingCalendar.parse("calendar X\n\nsession nine\n").toString())
                .contains("line 3")
                .contains("09:30-16:00");
    }

    @Test
    void knowsEaster() {
        assertThat(List.of(2000, 2008, 2011, 2024, 2038).stream().map(DateRule::easter))
                .containsExactly(
                        day("2000-04-23"), day("2008-03-23"), day("2011-04-24"), day("2024-03-31"), day("2038-04-25"));
    }

    @Test
    void namesThoseThatThereAre() {
        assertThat(TradingCalendar.CODES)
                .allSatisfy(code -> assertThat(calendar(code).code()).isEqualTo(code));
        assertThat(TradingCalendar.named("XXXX").toString()).contains("XNYS");
    }
}
