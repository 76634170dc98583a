package io.polaroid.timeseries.time;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of frequencies. */
final class FrequencyText {
    private static final SequencedMap<String, Long> NANOS = new LinkedHashMap<>();
    private static final SequencedMap<String, Integer> MONTHS = new LinkedHashMap<>();

    static {
        NANOS.put("w", 604_800_000_000_000L);
        NANOS.put("d", 86_400_000_000_000L);
        NANOS.put("h", 3_600_000_000_000L);
        NANOS.put("m", 60_000_000_000L);
        NANOS.put("s", 1_000_000_000L);
        NANOS.put("ms", 1_000_000L);
        NANOS.put("us", 1_000L);
        NANOS.put("ns", 1L);
        MONTHS.put("y", 12);
        MONTHS.put("q", 3);
        MONTHS.put("mo", 1);
        MONTHS.put("Y", 12);
        MONTHS.put("Q", 3);
        MONTHS.put("M", 1);
    }

    private static final Pattern PART = Pattern.compile("([0-9]{0,19})([A-Za-z]{1,4})");
    private static final int MOST_CHARACTERS = 100;

    private FrequencyText() {}

    static Result<Frequency> parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equals("tick")) {
            return Result.ok(new Frequency.Tick());
        }
        if (trimmed.isEmpty() || trimmed.length() > MOST_CHARACTERS) {
            return invalid(text, "it has " + trimmed.length() + " characters");
        }
        try {
            return parts(trimmed);
        } catch (ArithmeticException | NumberFormatException tooLong) {
            return invalid(text, "it is longer than 64 bits of nanoseconds hold");
        }
    }

    private static Result<Frequency> parts(String text) {
        long nanos = 0;
        int next = 0;
        Matcher part = PART.matcher(text);
        while (next < text.length()) {
            if (!part.find(next) || part.start() != next) {
                return invalid(text, "unexpected '" + text.charAt(next) + "' at character " + (next + 1));
            }
            boolean only = next == 0 && part.end() == text.length();
            long count = part.group(1).isEmpty() ? 1 : Long.parseLong(part.group(1));
            String unit = part.group(2);
            if (count == 0 || part.group(1).isEmpty() && !only) {
                return invalid(text, "each unit has a positive number before it");
            }
            if (MONTHS.containsKey(unit)) {
                int months = Math.toIntExact(Math.multiplyExact(count, (long) MONTHS.get(unit)));
                return only
                        ? Result.ok(new Frequency.Calendar(months))
                        : invalid(text, "calendar unit '" + unit + "' stands alone, as months differ in length");
            }
            Long length = NANOS.get(unit);
            if (length == null) {
                return invalid(text, "unknown unit '" + unit + "'");
            }
            nanos = Math.addExact(nanos, Math.multiplyExact(count, (long) length));
            next = part.end();
        }
        return Result.ok(new Frequency.Fixed(nanos));
    }

    private static Result<Frequency> invalid(String text, String why) {
        String shown = text.length() <= 40 ? text : text.substring(0, 40) + "…";
        return Result.err(
                ProblemCode.INVALID_ARGUMENT,
                "'" + shown + "' is no frequency: " + why
                        + "; expected a number and a unit out of ns us ms s m h d w mo q y, such as 250ms, or tick");
    }

    static String of(Frequency frequency) {
        return switch (frequency) {
            case Frequency.Tick tick -> "tick";
            case Frequency.Calendar calendar -> calendar(calendar.months());
            case Frequency.Fixed fixed -> fixed(fixed.nanos());
        };
    }

    private static String calendar(int months) {
        for (Map.Entry<String, Integer> unit : MONTHS.entrySet()) {
            if (months % unit.getValue() == 0) {
                return months / unit.getValue() + unit.getKey();
            }
        }
        return months + "mo";
    }

    private static String fixed(long nanos) {
        for (Map.Entry<String, Long> unit : NANOS.entrySet()) {
            if (nanos % unit.getValue() == 0) {
                return nanos / unit.getValue() + unit.getKey();
            }
        }
        return nanos + "ns";
    }
}
