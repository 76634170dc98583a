package io.polaroid.query.web;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Arrow cells as JSON: times as ISO-8601 text in UTC, numbers as numbers, bytes as base64, NaN and the infinities as text, since
 * JSON has none of them.
 */
final class Cells {
    private Cells() {}

    /** The Arrow type of a column, as text. */
    static String type(Field field) {
        return field.getType().toString();
    }

    static void write(JsonGenerator json, FieldVector vector, int row) throws IOException {
        if (vector.isNull(row)) {
            json.writeNull();
            return;
        }
        switch (vector) {
            case TimeStampVector times -> json.writeString(time(times, row));
            case DateDayVector days ->
                json.writeString(LocalDate.ofEpochDay(days.get(row)).toString());
            case BitVector bits -> json.writeBoolean(bits.get(row) != 0);
            default -> write(json, vector.getObject(row));
        }
    }

    private static void write(JsonGenerator json, @Nullable Object cell) throws IOException {
        switch (cell) {
            case null -> json.writeNull();
            case Double number when !Double.isFinite(number) -> json.writeString(number.toString());
            case Float number when !Float.isFinite(number) -> json.writeString(number.toString());
            case Double number -> json.writeNumber(number);
            case Float number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Short number -> json.writeNumber(number);
            case Byte number -> json.writeNumber(number.intValue());
            case BigDecimal number -> json.writeNumber(number);
            case Boolean truth -> json.writeBoolean(truth);
            case byte[] bytes -> json.writeBinary(bytes);
            case List<?> list -> {
                json.writeStartArray();
                for (Object item : list) {
                    write(json, item);
                }
                json.writeEndArray();
            }
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (var entry : map.entrySet()) {
                    json.writeFieldName(String.valueOf(entry.getKey()));
                    write(json, entry.getValue());
                }
                json.writeEndObject();
            }
            default -> json.writeString(cell.toString());
        }
    }

    private static String time(TimeStampVector times, int row) {
        var type = (ArrowType.Timestamp) times.getField().getType();
        var unit = switch (type.getUnit()) {
            case SECOND -> TimeUnit.SECONDS;
            case MILLISECOND -> TimeUnit.MILLISECONDS;
            case MICROSECOND -> TimeUnit.MICROSECONDS;
            case NANOSECOND -> TimeUnit.NANOSECONDS;
        };
        return instant(times.get(row), unit);
    }

    /** A time since 1970 UTC as text. */
    static String instant(long time, TimeUnit unit) {
        long perSecond = unit.convert(1, TimeUnit.SECONDS);
        return DateTimeFormatter.ISO_INSTANT.format(
                Instant.ofEpochSecond(Math.floorDiv(time, perSecond), unit.toNanos(Math.floorMod(time, perSecond))));
    }
}
