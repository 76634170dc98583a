package io.polaroid.timeseries.column;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The order in which Polars' {@code rolling} and {@code group_by_dynamic} give groups: by key, column after column. Texts ascend by
 * their bytes with nulls at the end; of other columns nulls come first, and NaN last.
 */
public final class KeyOrder {
    private KeyOrder() {}

    /**
     * The same groups, numbered in the order of their keys.
     *
     * @param key the columns by which they were grouped
     */
    public static Groups sorted(Groups groups, List<Column> key) {
        int[] first = groups.firstRows();
        Integer[] order = new Integer[groups.count()];
        Arrays.setAll(order, group -> group);
        Comparator<Integer> byKey = (a, b) -> 0;
        for (Column column : key) {
            byKey = byKey.thenComparing((a, b) -> compare(column, first[a], first[b]));
        }
        Arrays.sort(order, byKey);
        int[] numbers = new int[order.length];
        for (int place = 0; place < order.length; place++) {
            numbers[order[place]] = place;
        }
        int[] codes = groups.codes().clone();
        for (int row = 0; row < codes.length; row++) {
            codes[row] = codes[row] < 0 ? codes[row] : numbers[codes[row]];
        }
        return Groups.of(codes, groups.count());
    }

    private static int compare(Column column, int left, int right) {
        boolean text = column.shape() == Shape.TEXT || column.shape() == Shape.BYTES;
        if (column.isNull(left) || column.isNull(right)) {
            int nullsFirst = Boolean.compare(column.isNull(right), column.isNull(left));
            return text ? -nullsFirst : nullsFirst;
        }
        if (column.isWhole()) {
            return column.shape() == Shape.U64
                    ? Long.compareUnsigned(column.longAt(left), column.longAt(right))
                    : Long.compare(column.longAt(left), column.longAt(right));
        }
        if (column.isNumber()) {
            return Double.compare(column.doubleAt(left) + 0.0, column.doubleAt(right) + 0.0);
        }
        return Arrays.compareUnsigned(bytes(column, left), bytes(column, right));
    }

    private static byte[] bytes(Column column, int row) {
        Object cell = Objects.requireNonNull(column.vector().getObject(row));
        return cell instanceof byte[] bytes ? bytes : Bytes.of(cell.toString());
    }
}
