package io.polaroid.schemas.record;

import io.polaroid.timeseries.row.Row;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The key of a series: the key columns in declared order, joined by {@code |}, as UTF-8 text; {@code \} is written
 * {@code \\}, {@code |} as {@code \|}, null as {@code \N}, numbers in plain decimal, bytes in hexadecimal. Its partition is Java producers'.
 */
public final class SeriesKey {
    private SeriesKey() {}

    /** The key of a row whose key columns stand at these positions. */
    public static String of(Row row, List<Integer> keyColumns) {
        var key = new StringBuilder();
        for (int column : keyColumns) {
            if (!key.isEmpty() || column != keyColumns.getFirst()) {
                key.append('|');
            }
            append(key, row.valueAt(column));
        }
        return key.toString();
    }

    /** Which of {@code partitions} the key belongs to: murmur2, as Java producers partition. */
    public static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    private static void append(StringBuilder key, @Nullable Object cell) {
        switch (cell) {
            case null -> key.append("\\N");
            case Double number ->
                key.append(Double.isFinite(number) ? plain(BigDecimal.valueOf(number)) : number.toString());
            case BigDecimal number -> key.append(plain(number));
            case byte[] bytes -> key.append(HexFormat.of().formatHex(bytes));
            default -> escape(key, cell.toString());
        }
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static void escape(StringBuilder key, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' || c == '|') {
                key.append('\\');
            }
            key.append(c);
        }
    }
}
