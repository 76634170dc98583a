package io.polaroid.schemas.arrow;

import io.polaroid.timeseries.row.Row;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Writes the cells of one column as Arrow buffers. */
final class ColumnWriter {
    private static final byte[] NOTHING = {};

    private ColumnWriter() {}

    /**
     * A column.
     *
     * @param nulls how many cells are null
     * @param buffers validity, then what the type demands
     */
    record Written(int nulls, List<byte[]> buffers) {}

    static Written write(Field field, int column, List<? extends Row> rows) {
        byte[] validity = new byte[(rows.size() + 7) / 8];
        int nulls = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).isNull(column)) {
                nulls++;
            } else {
                validity[i >> 3] |= (byte) (1 << (i & 7));
            }
        }
        byte[] valid = nulls == 0 ? NOTHING : validity;
        return switch (field.getType()) {
            case ArrowType.Utf8 type -> variable(nulls, valid, column, rows);
            case ArrowType.Binary type -> variable(nulls, valid, column, rows);
            case ArrowType.Bool type -> new Written(nulls, List.of(valid, bits(column, rows)));
            default -> new Written(nulls, List.of(valid, fixed(field, column, rows)));
        };
    }

    private static Written variable(int nulls, byte[] validity, int column, List<? extends Row> rows) {
        var offsets = ByteBuffer.allocate(4 * (rows.size() + 1)).order(ByteOrder.LITTLE_ENDIAN);
        var data = new ByteArrayOutputStream();
        for (Row row : rows) {
            offsets.putInt(data.size());
            data.writeBytes(bytes(row.valueAt(column)));
        }
        offsets.putInt(data.size());
        return new Written(nulls, List.of(validity, offsets.array(), data.toByteArray()));
    }

    private static byte[] bytes(@Nullable Object cell) {
        return switch (cell) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case byte[] bytes -> bytes;
            case null, default -> NOTHING;
        };
    }

    private static byte[] bits(int column, List<? extends Row> rows) {
        byte[] bits = new byte[(rows.size() + 7) / 8];
        for (int i = 0; i < rows.size(); i++) {
            if (Boolean.TRUE.equals(rows.get(i).valueAt(column))) {
                bits[i >> 3] |= (byte) (1 << (i & 7));
            }
        }
        return bits;
    }

    private static byte[] fixed(Field field, int column, List<? extends Row> rows) {
        int width = width(field);
        var out = ByteBuffer.allocate(width * rows.size()).order(ByteOrder.LITTLE_ENDIAN);
        boolean isFloating = field.getType() instanceof ArrowType.FloatingPoint;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            out.position(width * i);
            if (row.isNull(column)) {
                continue;
            }
            switch (width) {
                case 1 -> out.put((byte) row.longAt(column));
                case 2 -> out.putShort((short) row.longAt(column));
                case 4 ->
                    out.putInt(
                            isFloating
                                    ? Float.floatToRawIntBits((float) row.doubleAt(column))
                                    : (int) row.longAt(column));
                case 8 ->
                    out.putLong(isFloating ? Double.doubleToRawLongBits(row.doubleAt(column)) : row.longAt(column));
                default -> putDecimal(out, row.valueAt(column));
            }
        }
        return out.array();
    }

    private static void putDecimal(ByteBuffer out, @Nullable Object cell) {
        if (cell instanceof BigDecimal number) {
            byte[] bigEndian = number.unscaledValue().toByteArray();
            for (int i = 0; i < 16; i++) {
                int at = bigEndian.length - 1 - i;
                out.put(at >= 0 ? bigEndian[at] : (byte) (number.signum() < 0 ? -1 : 0));
            }
        }
    }

    private static int width(Field field) {
        return switch (field.getType()) {
            case ArrowType.Int type -> type.getBitWidth() / 8;
            case ArrowType.FloatingPoint type -> type.getPrecision() == FloatingPointPrecision.SINGLE ? 4 : 8;
            case ArrowType.Date type -> 4;
            case ArrowType.Timestamp type -> 8;
            case ArrowType.Decimal type -> 16;
            default ->
                throw new IllegalArgumentException(
                        "column " + field.getName() + " has type " + field.getType() + ", which rows do not have");
        };
    }
}
