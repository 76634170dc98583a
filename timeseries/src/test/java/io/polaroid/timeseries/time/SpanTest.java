package io.polaroid.timeseries.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {
    private static final long MILLIS = 1_000_000;

    private static Span span(String text) {
        return Span.parse(text).orThrow();
    }

    private static String added(String span, String zone, String time) {
        long moved = ZonedSpan.of(span(span), ZoneId.of(zone), MILLIS)
                .add(Instant.parse(time).toEpochMilli());
        return Instant.ofEpochMilli(moved).toString();
    }

    private static String truncated(String span, String zone, String time) {
        long start = ZonedSpan.of(span(span), ZoneId.of(zone), MILLIS)
                .truncate(Instant.parse(time).toEpochMilli());
        return Instant.ofEpochMilli(start).toString();
    }

    @Test
    void readsPartsOfAllKinds() {
        assertThat(span("1y2q3mo")).isEqualTo(new Span(21, 0, 0, 0, false, false));
        assertThat(span("-1w2d3h4m5s6ms7us8ns")).isEqualTo(new Span(0, 1, 2, 11_045_006_007_008L, true, false));
        assertThat(span("10i")).isEqualTo(Span.ofSteps(10));
        assertThat(span("h")).isEqualTo(Span.ofNanos(3_600_000_000_000L));
        assertThat(span("2M")).isEqualTo(span("2mo"));
        assertThat(span("0s").isZero()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-",
                "--1d",
                "1",
                "1d-2h",
                "1.5s",
                "1 s",
                "1x",
                "dh",
                "1d2i",
                "2i1d",
                "99999999999999999999s",
                "999999999999999999y",
                "tick"
            })
    void refusesTheRest(String text) {
        assertThat(Span.parse(text))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().code()).isEqualTo(ProblemCode.INVALID_ARGUMENT));
    }

    @Test
    void readsBackItsOwnText() {
        Gen.forSeeds(1_000, gen -> {
            boolean index = gen.oneIn(5);
            Span span = index
                    ? Span.ofSteps(gen.between(-100, 100))
                    : new Span(
                            gen.oneIn(2) ? 0 : gen.between(0, 50),
                            gen.oneIn(2) ? 0 : gen.between(0, 50),
                            gen.oneIn(2) ? 0 : gen.between(0, 50),
                            gen.oneIn(2) ? 0 : gen.between(0, Long.MAX_VALUE / 4),
                            false,
                            false);
            assertThat(Span.parse(span.text())).as(span.text()).isEqualTo(Result.ok(span));
        });
    }

    @Test
    void neverThrows() {
        Gen.forSeeds(5_000, gen -> {
            var text = new StringBuilder();
            for (int i = gen.below(10); i > 0; i--) {
                text.append(
                        gen.pick("1", "9", "99999999", "m", "mo", "ms", "y", "i", "-", "+", " ", "é", "w", "0", "d"));
            }
            assertThat(Span.parse(text.toString())).isInstanceOf(Result.class);
        });
    }

    @Test
    void saysWhatToUseForEachRow() {
        assertThat(Span.parse("tick"))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().detail()).contains("one unit of the time column"));
    }

    @ParameterizedTest
    @CsvSource({
        "1d,   Europe/Berlin,    2024-03-30T11:00:00Z, 2024-03-31T10:00:00Z",
        "24h,  Europe/Berlin,    2024-03-30T11:00:00Z, 2024-03-31T11:00:00Z",
        "-1d,  Europe/Berlin,    2024-10-27T23:00:00Z, 2024-10-26T22:00:00Z",
        "1mo,  UTC,              2024-01-31T05:00:00Z, 2024-02-29T05:00:00Z",
        "-1mo, UTC,              2024-03-31T05:00:00Z, 2024-02-29T05:00:00Z",
        "1y,   UTC,              2024-02-29T00:00:00Z, 2025-02-28T00:00:00Z",
        "1w,   America/New_York, 2024-03-08T05:00:00Z, 2024-03-15T04:00:00Z",
        // 02:30 does not exist in Berlin on the last Sunday of March: without daylight saving before, it is 01:30.
        "1d,   Europe/Berlin,    2024-03-30T01:30:00Z, 2024-03-31T00:30:00Z",
        // 02:30 comes twice on the last Sunday of October: from summer it is the first of both, from winter the second.
        "1d,   Europe/Berlin,    2024-10-26T00:30:00Z, 2024-10-27T00:30:00Z",
        "-1d,  Europe/Berlin,    2024-10-28T01:30:00Z, 2024-10-27T01:30:00Z",
        // Samoa had no 30 December 2011.
        "1d,   Pacific/Apia,     2011-12-29T10:30:00Z, 2011-12-30T10:30:00Z"
    })
    void movesTheWallClock(String span, String zone, String time, String expected) {
        assertThat(added(span, zone, time)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1d,  Europe/Berlin,    2024-10-27T23:30:00Z, 2024-10-27T23:00:00Z",
        "1d,  UTC,              1969-12-31T23:30:00Z, 1969-12-31T00:00:00Z",
        "1w,  UTC,              2021-01-06T12:00:00Z, 2021-01-04T00:00:00Z",
        "1mo, Asia/Kathmandu,   2024-02-29T18:30:00Z, 2024-02-29T18:15:00Z",
        "1q,  UTC,              1969-05-17T12:34:56Z, 1969-04-01T00:00:00Z",
        "6h,  America/New_York, 2024-11-03T09:30:00Z, 2024-11-03T04:00:00Z",
        "7m,  UTC,              2021-01-02T00:10:00Z, 2021-01-02T00:04:00Z",
        "1ns, UTC,              2021-01-02T00:10:00Z, 2021-01-02T00:10:00Z"
    })
    void truncatesToTheWallClock(String span, String zone, String time, String expected) {
        assertThat(truncated(span, zone, time)).isEqualTo(expected);
    }

    @Test
    void truncatesToLocalMidnights() {
        Gen.forSeeds(2_000, gen -> {
            ZoneId zone = ZoneId.of(gen.pick("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"));
            String unit = gen.pick("1d", "1w", "1mo", "1y");
            ZonedSpan every = ZonedSpan.of(span(unit), zone, MILLIS);
            long time = gen.between(-2_000_000_000_000L, 4_000_000_000_000L);

            long start = every.truncate(time);

            ZonedDateTime local = Instant.ofEpochMilli(start).atZone(zone);
            assertThat(start).isLessThanOrEqualTo(time);
            assertThat(every.add(start)).isGreaterThan(time);
            assertThat(every.truncate(start)).isEqualTo(start);
            assertThat(local.toLocalTime()).isEqualTo(LocalTime.MIDNIGHT);
            assertThat(local.getDayOfWeek() == DayOfWeek.MONDAY || !unit.equals("1w"))
                    .isTrue();
            assertThat(local.getDayOfMonth() == 1 || !unit.equals("1mo")).isTrue();
            assertThat(local.getDayOfYear() == 1 || !unit.equals("1y")).isTrue();
        });
    }

    @Test
    void refusesToTruncateToAMix() {
        ZonedSpan mixed = ZonedSpan.of(span("1d1h"), ZoneOffset.UTC, 1);

        assertThatThrownBy(() -> mixed.truncate(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ZonedSpan.of(span("1mo"), ZoneOffset.UTC, 1).add(Long.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
    }
}
