package io.polaroid.launcher.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts to values. */
final class Scalars {
    private static final Pattern DURATION = Pattern.compile("([0-9][0-9_]*)(ns|us|ms|s|m|h|d|w)");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9][0-9_]*");

    private static final Pattern BYTES = Pattern.compile("([0-9][0-9_]*)(KiB|MiB|GiB|TiB)");

    private Scalars() {}

    /** A whole number; underscores may group its digits. */
    static Optional<Long> integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text.replace("_", "")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A number of bytes with a unit from KiB to TiB. */
    static Optional<Long> bytes(String text) {
        Matcher matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int shift = switch (matcher.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 40;
        };
        return integer(matcher.group(1))
                .filter(count -> count <= Long.MAX_VALUE >> shift)
                .map(count -> count << shift);
    }

    /** A number with a unit from nanoseconds to weeks; 0 needs no unit. */
    static Optional<Duration> duration(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return integer(matcher.group(1)).flatMap(count -> of(count, matcher.group(2)));
    }

    private static Optional<Duration> of(long count, String unit) {
        try {
            Duration duration = switch (unit) {
                case "ns" -> Duration.ofNanos(count);
                case "us" -> Duration.ofNanos(Math.multiplyExact(count, 1_000L));
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                case "d" -> Duration.ofDays(count);
                default -> Duration.ofDays(Math.multiplyExact(count, 7L));
            };
            // Event times are nanoseconds in a long: a longer duration has no use and would overflow there.
            return Optional.of(Duration.ofNanos(duration.toNanos()));
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }
}
