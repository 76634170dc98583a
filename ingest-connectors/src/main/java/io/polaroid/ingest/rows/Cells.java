package io.polaroid.ingest.rows;

import com.fasterxml.jackson.databind.JsonNode;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON values to cells. Numbers may be JSON numbers or text that is written like one; nothing else is converted. Text such
 * as {@code NaN} or {@code -Infinity}, and a number beyond a double's range, is {@code NOT_A_NUMBER}. Times are ISO-8601 with a
 * zone, or epoch numbers, and go through decimals, never through a double; digits finer than the column are cut off.
 */
final class Cells {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,400}(\\.\\d{1,400})?([eE][+-]?\\d{1,4})?");
    private static final Pattern NO_NUMBER = Pattern.compile("[+-]?(nan|inf|infinity)", Pattern.CASE_INSENSITIVE);
    private static final int SHOWN = 60;

    private Cells() {}

    /** Puts the cell of a column in its place, or says why there is none. */
    static @Nullable Problem read(JsonNode value, Column column, @Nullable Object[] cells) {
        if (value.isMissingNode() || value.isNull()) {
            return column.nullable() ? null : problem(ProblemCode.MISSING_FIELD, column, "is missing");
        }
        Object cell = switch (column.type()) {
            case ColumnType.Whole whole -> whole(value, whole);
            case ColumnType.Floating floating -> floating(value, floating);
            case ColumnType.Fixed fixed -> fixed(value, fixed);
            case ColumnType.Text text -> text(value, text);
            case ColumnType.Truth truth -> value.isBoolean() ? value.booleanValue() : null;
            case ColumnType.Time time -> time(value, column.unit(), time);
        };
        if (cell != null) {
            cells[column.index()] = cell;
            return null;
        }
        return isNoNumber(value) && !(column.type() instanceof ColumnType.Text)
                ? problem(ProblemCode.NOT_A_NUMBER, column, "is no finite number: " + shown(value))
                : problem(ProblemCode.WRONG_TYPE, column, "is not " + wanted(column.type()) + ": " + shown(value));
    }

    private static @Nullable Long whole(JsonNode value, ColumnType.Whole type) {
        BigDecimal number = number(value);
        if (number == null || number.scale() > 0 || number.precision() - number.scale() > 19) {
            return null;
        }
        try {
            long whole = number.longValueExact();
            return whole >= type.min() && whole <= type.max() ? whole : null;
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private static @Nullable Double floating(JsonNode value, ColumnType.Floating type) {
        double number;
        if (value.isTextual() && value.textValue().length() < 20 && isPlain(value.textValue())) {
            number = Double.parseDouble(value.textValue());
        } else {
            BigDecimal decimal = number(value);
            if (decimal == null) {
                return null;
            }
            number = decimal.doubleValue();
        }
        number = type.single() ? (float) number : number;
        return Double.isFinite(number) ? number : null;
    }

    private static @Nullable BigDecimal fixed(JsonNode value, ColumnType.Fixed type) {
        BigDecimal number = number(value);
        if (number == null
                || (long) number.precision() - number.scale() > type.precision() - type.scale()
                        && number.signum() != 0) {
            return null;
        }
        BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        return stripped.scale() > type.scale() ? null : stripped.setScale(type.scale(), RoundingMode.UNNECESSARY);
    }

    private static @Nullable String text(JsonNode value, ColumnType.Text type) {
        if (!value.isTextual()) {
            return null;
        }
        String text = value.textValue();
        boolean isEnum = type.schema().getType() == org.apache.avro.Schema.Type.ENUM;
        return !isEnum || type.schema().hasEnumSymbol(text) ? text : null;
    }

    private static @Nullable Long time(JsonNode value, EpochUnit unit, ColumnType.Time type) {
        BigDecimal epoch = number(value);
        try {
            BigDecimal inColumn;
            if (epoch != null) {
                inColumn = epoch.scaleByPowerOfTen(unit.nanosExponent() - type.nanosExponent());
            } else if (value.isTextual()) {
                Instant instant = Instant.parse(value.textValue());
                inColumn = BigDecimal.valueOf(instant.getEpochSecond())
                        .add(BigDecimal.valueOf(instant.getNano(), 9))
                        .scaleByPowerOfTen(9 - type.nanosExponent());
            } else {
                return null;
            }
            if ((long) inColumn.precision() - inColumn.scale() > 19) {
                return null;
            }
            long time = inColumn.setScale(0, RoundingMode.FLOOR).longValueExact();
            toNanos(time, type);
            return time;
        } catch (DateTimeParseException | ArithmeticException e) {
            return null;
        }
    }

    /**
     * A time of a column in nanoseconds.
     *
     * @throws ArithmeticException outside the years 1677 to 2262
     */
    static long toNanos(long time, ColumnType.Time type) {
        long nanos = time;
        for (int i = 0; i < type.nanosExponent(); i++) {
            nanos = Math.multiplyExact(nanos, 10L);
        }
        return nanos;
    }

    /** The number in a JSON number or numeric text, of bounded length; null else. */
    private static @Nullable BigDecimal number(JsonNode value) {
        if (value.isNumber()) {
            return isNoNumber(value) ? null : bounded(value.decimalValue());
        }
        if (value.isTextual() && NUMBER.matcher(value.textValue()).matches()) {
            return bounded(new BigDecimal(value.textValue()));
        }
        return null;
    }

    /** Keeps exponents away that would make later arithmetic write millions of digits. */
    private static @Nullable BigDecimal bounded(BigDecimal number) {
        return Math.abs((long) number.scale()) > 20_000 ? null : number;
    }

    /** Digits and at most one inner point, perhaps a sign: what {@link Double#parseDouble} reads as JSON does. */
    private static boolean isPlain(String text) {
        int first = text.startsWith("-") ? 1 : 0;
        int points = 0;
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && i > first && i < text.length() - 1) {
                points++;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return text.length() > first && points <= 1;
    }

    private static boolean isNoNumber(JsonNode value) {
        if (value.isTextual()) {
            return NO_NUMBER.matcher(value.textValue()).matches() || isBeyondDouble(value.textValue());
        }
        return value.isFloat() || value.isDouble()
                ? !Double.isFinite(value.doubleValue())
                : value.isBigDecimal() && Double.isInfinite(value.decimalValue().doubleValue());
    }

    private static boolean isBeyondDouble(String text) {
        return NUMBER.matcher(text).matches() && Double.isInfinite(Double.parseDouble(text));
    }

    private static Problem problem(ProblemCode code, Column column, String what) {
        return Problem.of(code, column.name() + " (" + column.pointer() + ") " + what);
    }

    private static String wanted(ColumnType type) {
        return switch (type) {
            case ColumnType.Whole whole -> "a whole number from " + whole.min() + " to " + whole.max();
            case ColumnType.Floating floating -> "a number";
            case ColumnType.Fixed fixed ->
                "a number of at most " + fixed.precision() + " digits, " + fixed.scale() + " after the point";
            case ColumnType.Text text ->
                "text"
                        + (text.schema().getType() == org.apache.avro.Schema.Type.ENUM
                                ? " of " + text.schema().getEnumSymbols()
                                : "");
            case ColumnType.Truth truth -> "true or false";
            case ColumnType.Time time -> "ISO-8601 with a zone or an epoch number within 1677 to 2262";
        };
    }

    private static String shown(JsonNode value) {
        String text = value.isContainerNode() ? value.getNodeType().toString() : value.toString();
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }
}
