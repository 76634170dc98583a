package io.polaroid.timeseries.column;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers the distinct keys of one or several columns, from 0 in order of first appearance. Tables numbered after each other by one
 * Keys get the same number for the same key, so that two tables can be joined by number.
 */
public final class Keys {
    /** The number of a row that has no key, or an unknown one. */
    public static final int NONE = -1;

    private final List<Dictionary> columns = new ArrayList<>();
    private final List<LongTable> pairs = new ArrayList<>();
    private final int[] pairCounts;

    private Keys(int keyColumns, NullKeys nulls) {
        for (int i = 0; i < keyColumns; i++) {
            columns.add(new Dictionary(nulls));
            pairs.add(new LongTable());
        }
        this.pairCounts = new int[keyColumns];
    }

    /** No keys yet. */
    public static Keys of(int keyColumns, NullKeys nulls) {
        return new Keys(keyColumns, nulls);
    }

    /** The number of each row's key; new keys are numbered. */
    public int[] add(List<Column> key, int rows) {
        return codes(key, rows, true, Workers.INLINE);
    }

    /** The number of each row's key, in parts; the numbers are the same. */
    public int[] add(List<Column> key, int rows, Workers workers) {
        return codes(key, rows, true, workers);
    }

    /** The number of each row's key; {@link #NONE} for keys that have no number. */
    public int[] find(List<Column> key, int rows) {
        return codes(key, rows, false, Workers.INLINE);
    }

    /** The number of each row's key, in parts. */
    public int[] find(List<Column> key, int rows, Workers workers) {
        return codes(key, rows, false, workers);
    }

    /** How many keys there are. Without key columns all rows have one key. */
    public int count() {
        return switch (columns.size()) {
            case 0 -> 1;
            case 1 -> columns.getFirst().count();
            default -> pairCounts[columns.size() - 1];
        };
    }

    private int[] codes(List<Column> key, int rows, boolean add, Workers workers) {
        if (key.size() != columns.size()) {
            throw new IllegalArgumentException("key has " + key.size() + " columns; it has " + columns.size());
        }
        if (key.isEmpty()) {
            return new int[rows];
        }
        int[] codes = columns.getFirst().codes(key.getFirst(), add, workers);
        for (int i = 1; i < key.size(); i++) {
            int[] more = columns.get(i).codes(key.get(i), add, workers);
            LongTable table = pairs.get(i);
            for (int row = 0; row < rows; row++) {
                codes[row] = codes[row] < 0 || more[row] < 0
                        ? NONE
                        : pair(table, (long) codes[row] << 32 | more[row], i, add);
            }
        }
        return codes;
    }

    private int pair(LongTable table, long pair, int column, boolean add) {
        if (!add) {
            return table.get(pair);
        }
        int code = table.getOrPut(pair, pairCounts[column]);
        if (code == pairCounts[column]) {
            KeyLimit.check(pairCounts[column] + 1);
            pairCounts[column]++;
        }
        return code;
    }

    /** The first row of each number out of {@code count}; -1 for a number that no row has. */
    public static int[] firstRows(int[] codes, int count) {
        int[] first = new int[count];
        Arrays.fill(first, NONE);
        int missing = count;
        for (int row = 0; row < codes.length && missing > 0; row++) {
            if (codes[row] >= 0 && first[codes[row]] == NONE) {
                first[codes[row]] = row;
                missing--;
            }
        }
        return first;
    }
}
