package io.polaroid.timeseries.expr;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.OptionalLong;

/** Times written in expressions: ISO 8601 with a T or a space, from the day on; UTC where no zone is written. */
public final class TimeText {
    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][' ']HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .optionalStart()
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
            .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
            .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private TimeText() {}

    /** Nanoseconds since 1970 UTC; none if the text is no time, or one before 1678 or after 2262. */
    public static OptionalLong nanos(String text) {
        try {
            TemporalAccessor parsed = FORMAT.parse(text);
            Instant instant =
                    LocalDate.from(parsed).atTime(LocalTime.from(parsed)).toInstant(ZoneOffset.from(parsed));
            return OptionalLong.of(
                    Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano()));
        } catch (DateTimeException | ArithmeticException notATime) {
            return OptionalLong.empty();
        }
    }

    /** Nanoseconds since midnight of a time of day such as {@code 14:30:00.5}; none if the text is no such time. */
    public static OptionalLong nanosOfDay(String text) {
        try {
            return OptionalLong.of(LocalTime.parse(text).toNanoOfDay());
        } catch (DateTimeException notATime) {
            return OptionalLong.empty();
        }
    }

    static long nanos(String text, Place at) {
        return nanos(text).orElseThrow(() -> {
            String shown = text.length() <= 40 ? text : text.substring(0, 40) + "…";
            return Rejected.at(
                    at,
                    "'" + shown
                            + "' is no time from 1678 to 2262; expected such as '2024-01-31', '2024-01-31 14:30:00.5' or"
                            + " '2024-01-31T14:30:00Z'");
        });
    }
}
