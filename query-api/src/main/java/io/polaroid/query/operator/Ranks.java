package io.polaroid.query.operator;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.NullKeys;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The cells of a column as numbers that order as the cells do; those of nulls mean nothing. */
final class Ranks {
    private Ranks() {}

    static long[] of(Column column) {
        if (column.isFloat()) {
            return doubles(column);
        }
        if (!column.isWhole()) {
            return others(column);
        }
        long[] cells = column.longs();
        if (column.type() instanceof ArrowType.Int whole && whole.getBitWidth() == 64 && !whole.getIsSigned()) {
            for (int row = 0; row < cells.length; row++) {
                cells[row] ^= Long.MIN_VALUE;
            }
        }
        return cells;
    }

    private static long[] doubles(Column column) {
        double[] cells = column.doubles();
        long[] ranks = new long[cells.length];
        for (int row = 0; row < cells.length; row++) {
            long bits = Double.doubleToLongBits(cells[row] == 0 ? 0.0 : cells[row]);
            ranks[row] = bits ^ bits >> 63 & Long.MAX_VALUE;
        }
        return ranks;
    }

    /** Distinct cells are sorted, and each row gets the place of its cell. */
    private static long[] others(Column column) {
        var keys = Keys.of(1, NullKeys.NO_KEY);
        int[] codes = keys.add(List.of(column), column.size());
        int[] first = Keys.firstRows(codes, keys.count());
        Object[] cells = Arrays.stream(first)
                .mapToObj(row -> comparable(column.valueAt(row)))
                .toArray();
        int[] order = IntStream.range(0, cells.length)
                .boxed()
                .sorted(Comparator.comparing(code -> cells[code], Ranks::compare))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] place = new long[cells.length];
        for (int i = 0; i < order.length; i++) {
            place[order[i]] = i;
        }
        long[] ranks = new long[codes.length];
        for (int row = 0; row < ranks.length; row++) {
            ranks[row] = codes[row] < 0 ? 0 : place[codes[row]];
        }
        return ranks;
    }

    private static Object comparable(@Nullable Object cell) {
        return switch (cell) {
            case null -> new byte[0];
            case BigDecimal number -> number;
            case byte[] bytes -> bytes;
            default -> cell.toString().getBytes(StandardCharsets.UTF_8);
        };
    }

    private static int compare(Object left, Object right) {
        return left instanceof BigDecimal a && right instanceof BigDecimal b
                ? a.compareTo(b)
                : Arrays.compareUnsigned((byte[]) left, (byte[]) right);
    }
}
