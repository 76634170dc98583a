package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * The order in which Polars 2 gives the groups of {@code group_by_dynamic} and {@code rolling}: by key, numbers and times ascending after
 * nulls and before NaN, texts by their length in bytes and then by their bytes, before nulls.
 */
final class GroupOrder {
    private GroupOrder() {}

    /** The groups, by number, in that order. */
    static int[] of(List<Column> keys, int[] firstRows) {
        Comparator<Integer> order = keys.stream()
                .map(key -> of(key, firstRows))
                .reduce(Comparator::thenComparing)
                .orElseGet(Comparator::naturalOrder);
        Integer[] groups = new Integer[firstRows.length];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = i;
        }
        Arrays.sort(groups, order);
        return Arrays.stream(groups).mapToInt(Integer::intValue).toArray();
    }

    private static Comparator<Integer> of(Column key, int[] firstRows) {
        if (key.isWhole()) {
            return nullsFirst(key, firstRows)
                    .thenComparing(
                            key.isUnsigned64()
                                    ? (a, b) -> Long.compareUnsigned(
                                            valueOr0(key, firstRows[a]), valueOr0(key, firstRows[b]))
                                    : Comparator.comparingLong(group -> valueOr0(key, firstRows[group])));
        }
        if (key.isFloat()) {
            return nullsFirst(key, firstRows)
                    .thenComparing(Comparator.comparingDouble(
                            group -> key.isNull(firstRows[group]) ? 0 : key.doubleAt(firstRows[group]) + 0.0));
        }
        if (key.type() instanceof ArrowType.Decimal) {
            return decimals(key, firstRows);
        }
        byte[] @Nullable [] texts = new byte[firstRows.length][];
        for (int group = 0; group < texts.length; group++) {
            texts[group] = bytes(key, firstRows[group]);
        }
        return (a, b) -> compare(texts[a], texts[b]);
    }

    private static Comparator<Integer> decimals(Column key, int[] firstRows) {
        @Nullable BigDecimal[] numbers = new BigDecimal[firstRows.length];
        for (int group = 0; group < numbers.length; group++) {
            numbers[group] = (BigDecimal) key.valueAt(firstRows[group]);
        }
        return Comparator.comparing(group -> numbers[group], Comparator.nullsFirst(Comparator.naturalOrder()));
    }

    private static Comparator<Integer> nullsFirst(Column key, int[] firstRows) {
        return Comparator.comparing(group -> !key.isNull(firstRows[group]));
    }

    private static long valueOr0(Column key, int row) {
        return key.isNull(row) ? 0 : key.longAt(row);
    }

    private static byte @Nullable [] bytes(Column key, int row) {
        if (key.isNull(row)) {
            return null;
        }
        return key.vector() instanceof BaseVariableWidthVector texts
                ? texts.get(row)
                : String.valueOf(key.valueAt(row)).getBytes(StandardCharsets.UTF_8);
    }

    private static int compare(byte @Nullable [] a, byte @Nullable [] b) {
        if (a == null || b == null) {
            return Boolean.compare(a == null, b == null);
        }
        return a.length == b.length ? Arrays.compareUnsigned(a, b) : Integer.compare(a.length, b.length);
    }
}
