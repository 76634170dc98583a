package io.polaroid.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.polaroid.timeseries.time.TimeUnits;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Arrow cells as texts and as JSON. Times are ISO 8601, with as many digits as the unit has. */
final class Cells {
    private static final long SECOND = 1_000_000_000L;

    private Cells() {}

    /** The text of a cell, or {@code ifNull}. */
    static String text(FieldVector vector, int row, String ifNull) {
        if (vector.isNull(row)) {
            return ifNull;
        }
        if (vector instanceof TimeStampVector times
                && vector.getField().getType() instanceof ArrowType.Timestamp type) {
            return time(times.get(row), type);
        }
        return text(vector.getObject(row), ifNull);
    }

    private static String text(@Nullable Object value, String ifNull) {
        return switch (value) {
            case null -> ifNull;
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case BigDecimal decimal -> decimal.toPlainString();
            default -> String.valueOf(value);
        };
    }

    static JsonNode json(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (vector instanceof TimeStampVector) {
            return JsonNodeFactory.instance.textNode(text(vector, row, ""));
        }
        return switch (vector.getObject(row)) {
            case null -> JsonNodeFactory.instance.nullNode();
            case Boolean bool -> JsonNodeFactory.instance.booleanNode(bool);
            // JSON has no NaN and no infinity; a text says what it was, null would not.
            case Double number when !Double.isFinite(number) -> JsonNodeFactory.instance.textNode(number.toString());
            case Double number -> JsonNodeFactory.instance.numberNode(number);
            case Float number when !Float.isFinite(number) -> JsonNodeFactory.instance.textNode(number.toString());
            case Float number -> JsonNodeFactory.instance.numberNode(number);
            case BigDecimal number -> JsonNodeFactory.instance.numberNode(number);
            case Number number -> JsonNodeFactory.instance.numberNode(number.longValue());
            case Object other -> JsonNodeFactory.instance.textNode(text(other, ""));
        };
    }

    /** Whether a column reads better right-aligned. */
    static boolean isNumber(FieldVector vector) {
        ArrowType type = vector.getField().getType();
        return type instanceof ArrowType.Int
                || type instanceof ArrowType.FloatingPoint
                || type instanceof ArrowType.Decimal;
    }

    static String time(long value, ArrowType.Timestamp type) {
        long perUnit = TimeUnits.nanosPer(type.getUnit());
        long seconds = Math.floorDiv(value, SECOND / perUnit);
        long nanos = Math.floorMod(value, SECOND / perUnit) * perUnit;
        LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochSecond(seconds, nanos), ZoneOffset.UTC);
        return formatter(type.getUnit()).format(time) + (type.getTimezone() == null ? "" : "Z");
    }

    private static DateTimeFormatter formatter(TimeUnit unit) {
        int digits = switch (unit) {
            case SECOND -> 0;
            case MILLISECOND -> 3;
            case MICROSECOND -> 6;
            case NANOSECOND -> 9;
        };
        var formatter = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd'T'HH:mm:ss");
        if (digits > 0) {
            formatter.appendFraction(ChronoField.NANO_OF_SECOND, digits, digits, true);
        }
        return formatter.toFormatter(java.util.Locale.ROOT);
    }
}
