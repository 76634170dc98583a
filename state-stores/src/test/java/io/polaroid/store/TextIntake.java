package io.polaroid.store;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows as text, so that tests can write records by hand: value {@code time_ns;id;price;size;venue;maker;amount} with empty cells for
 * null, key the symbol; a value {@code >other} is a row for another partition, anything else is malformed.
 */
public final class TextIntake implements RowIntake {
    /** Columns symbol, ts (us), price, size, venue, maker, amount. */
    public static final Schema SCHEMA = new Schema(List.of(
            field("symbol", new ArrowType.Utf8()),
            field("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            field("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("size", new ArrowType.Int(64, true)),
            field("venue", new ArrowType.Utf8()),
            field("maker", new ArrowType.Bool()),
            field("amount", new ArrowType.Decimal(20, 4, 128))));

    private static Field field(String name, ArrowType type) {
        return new Field(name, FieldType.nullable(type), null);
    }

    /** A row's value bytes; null cells are left empty. */
    public static byte[] value(long timeNanos, @Nullable String id, @Nullable Object... cells) {
        var text = new StringBuilder().append(timeNanos).append(';').append(id == null ? "" : id);
        for (Object cell : cells) {
            text.append(';').append(cell == null ? "" : cell);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Intake admit(int partition, byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null) {
            return new MalformedIn(Problem.of(ProblemCode.MALFORMED_RECORD, "no key"));
        }
        if (ControlRecord.isControl(key)) {
            return switch (ControlRecord.fromKey(key)) {
                case Result.Ok<ControlRecord> ok -> new ControlIn(ok.value());
                case Result.Err<ControlRecord> err -> new MalformedIn(err.problem());
            };
        }
        if (value == null) {
            return new MalformedIn(Problem.of(ProblemCode.MALFORMED_RECORD, "no value"));
        }
        String text = new String(value, StandardCharsets.UTF_8);
        if (text.startsWith(">")) {
            return new MisroutedIn(text.substring(1));
        }
        String[] parts = text.split(";", -1);
        if (parts.length != 7) {
            return new MalformedIn(Problem.of(ProblemCode.MALFORMED_RECORD, "not a row: " + text));
        }
        String series = new String(key, StandardCharsets.UTF_8);
        long time = Long.parseLong(parts[0]);
        return new RowIn(series, time, parts[1].isEmpty() ? null : parts[1], new ArrayRow(cells(series, time, parts)));
    }

    private static @Nullable Object[] cells(String series, long time, String[] parts) {
        return new Object[] {
            series,
            time / 1000,
            parts[2].isEmpty() ? null : Double.valueOf(parts[2]),
            parts[3].isEmpty() ? null : Long.valueOf(parts[3]),
            parts[4].isEmpty() ? null : parts[4],
            parts[5].isEmpty() ? null : Boolean.valueOf(parts[5]),
            parts[6].isEmpty() ? null : new BigDecimal(parts[6]).setScale(4)
        };
    }
}
