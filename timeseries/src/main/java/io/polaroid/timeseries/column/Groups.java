package io.polaroid.timeseries.column;

import java.util.List;

/**
 * The rows of a table by key.
 *
 * <p>Groups are numbered in order of first appearance. The rows of group g are {@code rows[starts[g]]} to before {@code
 * rows[starts[g + 1]]}, in table order until {@link #sortedBy}. Rows without a key are in no group.
 */
public final class Groups {
    private final int[] codes;
    private final int[] starts;
    private final int[] rows;

    private Groups(int[] codes, int[] starts, int[] rows) {
        this.codes = codes;
        this.starts = starts;
        this.rows = rows;
    }

    /** Groups of equal keys; null is a key like others. Without key columns all rows are one group. */
    public static Groups of(List<Column> key, int rowCount) {
        Keys keys = Keys.of(key.size(), NullKeys.EQUAL);
        int[] codes = keys.add(key, rowCount);
        return of(codes, keys.count());
    }

    /** Groups by the numbers that {@link Keys} gave. */
    public static Groups of(int[] codes, int count) {
        int[] starts = new int[count + 1];
        for (int code : codes) {
            if (code >= 0) {
                starts[code + 1]++;
            }
        }
        for (int group = 0; group < count; group++) {
            starts[group + 1] += starts[group];
        }
        int[] next = starts.clone();
        int[] rows = new int[starts[count]];
        for (int row = 0; row < codes.length; row++) {
            if (codes[row] >= 0) {
                rows[next[codes[row]]++] = row;
            }
        }
        return new Groups(codes, starts, rows);
    }

    /** How many groups there are. */
    public int count() {
        return starts.length - 1;
    }

    /** The group of each row of the table; -1 for none. Not a copy. */
    public int[] codes() {
        return codes;
    }

    /** Where each group starts in {@link #rows}, and where the last one ends. Not a copy. */
    public int[] starts() {
        return starts;
    }

    /** Rows of the table, group by group. Not a copy. */
    public int[] rows() {
        return rows;
    }

    /** How many rows a group has. */
    public int size(int group) {
        return starts[group + 1] - starts[group];
    }

    /** The first row of each group in the table's order; call it before the rows are sorted otherwise. */
    public int[] firstRows() {
        return Keys.firstRows(codes, count());
    }

    /** Position in {@link #rows} of the first row whose time is less than its group's row before it; -1 if all ascend. */
    public int firstDescent(long[] times) {
        for (int group = 0; group < count(); group++) {
            for (int at = starts[group] + 1; at < starts[group + 1]; at++) {
                if (times[rows[at]] < times[rows[at - 1]]) {
                    return at;
                }
            }
        }
        return -1;
    }

    /** The same groups with their rows ascending by time; rows of equal time stay in their order. */
    public Groups sortedBy(long[] times) {
        if (firstDescent(times) < 0) {
            return this;
        }
        int[] sorted = rows.clone();
        int longest = 0;
        for (int group = 0; group < count(); group++) {
            longest = Math.max(longest, size(group));
        }
        int[] scratch = new int[longest];
        for (int group = 0; group < count(); group++) {
            Order.sort(sorted, starts[group], starts[group + 1], times, scratch);
        }
        return new Groups(codes, starts, sorted);
    }
}
