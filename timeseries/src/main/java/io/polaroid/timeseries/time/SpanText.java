package io.polaroid.timeseries.time;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of spans. */
final class SpanText {
    private static final SequencedMap<String, Long> NANOS = new LinkedHashMap<>();
    private static final Map<String, Integer> MONTHS = Map.of("mo", 1, "q", 3, "y", 12, "M", 1, "Q", 3, "Y", 12);
    private static final Pattern PART = Pattern.compile("([0-9]{0,19})([A-Za-z]{1,4})");
    private static final int MOST_CHARACTERS = 100;

    static {
        NANOS.put("h", 3_600_000_000_000L);
        NANOS.put("m", 60_000_000_000L);
        NANOS.put("s", 1_000_000_000L);
        NANOS.put("ms", 1_000_000L);
        NANOS.put("us", 1_000L);
        NANOS.put("ns", 1L);
    }

    private SpanText() {}

    static Result<Span> parse(String text) {
        String body = text.strip();
        boolean negative = body.startsWith("-");
        if (negative || body.startsWith("+")) {
            body = body.substring(1);
        }
        if (body.equals("tick")) {
            return invalid(
                    text,
                    "each row by itself is no window; the shortest is one unit of the time column (1us), and 1i is a"
                            + " row number");
        }
        if (body.isEmpty() || body.length() > MOST_CHARACTERS) {
            return invalid(text, "it has " + body.length() + " characters");
        }
        try {
            return parts(text, body, negative);
        } catch (ArithmeticException | NumberFormatException tooLong) {
            return invalid(text, "it is longer than 64 bits of nanoseconds hold");
        }
    }

    private static Result<Span> parts(String whole, String text, boolean negative) {
        Span sum = new Span(0, 0, 0, 0, negative, false);
        int next = 0;
        Matcher part = PART.matcher(text);
        while (next < text.length()) {
            if (!part.find(next) || part.start() != next) {
                return invalid(whole, "unexpected '" + text.charAt(next) + "'");
            }
            boolean only = next == 0 && part.end() == text.length();
            if (part.group(1).isEmpty() && !only) {
                return invalid(whole, "each unit has a number before it");
            }
            long count = part.group(1).isEmpty() ? 1 : Long.parseLong(part.group(1));
            String unit = part.group(2);
            if (sum.index() || unit.equals("i") && next > 0) {
                return invalid(whole, "steps of an index (i) stand alone");
            }
            if (!isUnit(unit)) {
                return invalid(whole, "unknown unit '" + unit + "'");
            }
            sum = plus(sum, count, unit);
            next = part.end();
        }
        return Result.ok(sum);
    }

    private static boolean isUnit(String unit) {
        return NANOS.containsKey(unit)
                || MONTHS.containsKey(unit)
                || "d".equals(unit)
                || "w".equals(unit)
                || "i".equals(unit);
    }

    private static Span plus(Span sum, long count, String unit) {
        long months = Math.multiplyExact(count, (long) MONTHS.getOrDefault(unit, 0));
        long nanos = Math.multiplyExact(count, NANOS.getOrDefault(unit, unit.equals("i") ? 1L : 0L));
        return new Span(
                Math.addExact(sum.months(), months),
                Math.addExact(sum.weeks(), unit.equals("w") ? count : 0),
                Math.addExact(sum.days(), unit.equals("d") ? count : 0),
                Math.addExact(sum.nanos(), nanos),
                sum.negative(),
                unit.equals("i"));
    }

    private static Result<Span> invalid(String text, String why) {
        String shown = text.length() <= 40 ? text : text.substring(0, 40) + "…";
        return Result.err(
                ProblemCode.INVALID_ARGUMENT,
                "'" + shown + "' is no duration: " + why
                        + "; expected numbers and units out of ns us ms s m h d w mo q y (or i for an index), such as"
                        + " 1h30m");
    }

    static String of(Span span) {
        var text = new StringBuilder(span.negative() ? "-" : "");
        append(text, span.months(), "mo");
        append(text, span.weeks(), "w");
        append(text, span.days(), "d");
        if (span.index()) {
            return text.append(span.nanos()).append('i').toString();
        }
        long rest = span.nanos();
        for (Map.Entry<String, Long> unit : NANOS.entrySet()) {
            append(text, rest / unit.getValue(), unit.getKey());
            rest %= unit.getValue();
        }
        return span.isZero() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }
}
