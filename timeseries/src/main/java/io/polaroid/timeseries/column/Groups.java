package io.polaroid.timeseries.column;

import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table by key.
 *
 * <p>Groups are numbered in order of first appearance. The rows of group g are {@code rows[starts[g]]} to before {@code
 * rows[starts[g + 1]]}, in table order until {@link #sortedBy}. Rows without a key are in no group.
 */
public final class Groups {
    private static final int RUNS_PER_WORKER = 4;

    private final int[] codes;
    private final Places places;
    private final int[] starts;
    private final int size;
    private final boolean inTableOrder;
    private volatile int @Nullable [] rows;

    private Groups(int[] codes, Places places, int @Nullable [] rows) {
        this.codes = codes;
        this.places = places;
        this.starts = places.starts();
        this.size = starts[starts.length - 1];
        this.inTableOrder = rows == null;
        this.rows = rows;
    }

    /** Groups of equal keys; null is a key like others. Without key columns all rows are one group. */
    public static Groups of(List<Column> key, int rowCount) {
        return of(key, rowCount, Workers.INLINE);
    }

    /** The same, found in parts. */
    public static Groups of(List<Column> key, int rowCount, Workers workers) {
        Keys keys = Keys.of(key.size(), NullKeys.EQUAL);
        int[] codes = keys.add(key, rowCount, workers);
        return of(codes, keys.count(), workers);
    }

    /** Groups by the numbers that {@link Keys} gave. */
    public static Groups of(int[] codes, int count) {
        return of(codes, count, Workers.INLINE);
    }

    /** The same, found in parts. */
    public static Groups of(int[] codes, int count, Workers workers) {
        return new Groups(codes, Places.of(codes, count, workers), null);
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
        int[] listed = rows;
        if (listed == null) {
            // Only when asked for: running statistics of a table in order of time need no list.
            listed = places.rows();
            rows = listed;
        }
        return listed;
    }

    /** How many rows are in groups. */
    public int rowCount() {
        return size;
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
        int[] order = rows();
        for (int group = 0; group < count(); group++) {
            for (int at = starts[group] + 1; at < starts[group + 1]; at++) {
                if (times[order[at]] < times[order[at - 1]]) {
                    return at;
                }
            }
        }
        return -1;
    }

    /** The same groups with their rows ascending by time; rows of equal time stay in their order. */
    public Groups sortedBy(long[] times) {
        return sortedBy(LongBuffer.wrap(times));
    }

    /** The same groups with their rows ascending by time; rows of equal time stay in their order. */
    public Groups sortedBy(LongBuffer inTable) {
        if (inTableOrder && Times.firstDescent(inTable) < 0) {
            return this;
        }
        long[] times = new long[inTable.limit()];
        inTable.get(0, times);
        if (firstDescent(times) < 0) {
            return this;
        }
        int[] sorted = rows().clone();
        int longest = 0;
        for (int group = 0; group < count(); group++) {
            longest = Math.max(longest, size(group));
        }
        int[] scratch = new int[longest];
        for (int group = 0; group < count(); group++) {
            Order.sort(sorted, starts[group], starts[group + 1], times, scratch);
        }
        return new Groups(codes, places, sorted);
    }

    /** Whether the groups lie one after another as the table does. */
    public boolean isWholeTable() {
        return inTableOrder && count() <= 1 && size == codes.length;
    }

    /** Cells of a column, group by group as {@link #rows} has them; the array itself where the table lies so. */
    public double[] arranged(double[] cells) {
        return isWholeTable() ? cells : arranged(DoubleBuffer.wrap(cells), Workers.INLINE);
    }

    /** Cells of a column, group by group as {@link #rows} has them; the array itself where the table lies so. */
    public long[] arranged(long[] cells) {
        return isWholeTable() ? cells : arranged(LongBuffer.wrap(cells), Workers.INLINE);
    }

    /** Numbers of a column, NaN where null, group by group as {@link #rows} has them. */
    public double[] numbers(Column column, Workers workers) {
        return isWholeTable() ? column.doubles() : arranged(column.numbers(), workers);
    }

    /** Whole numbers of a column, 0 where null, group by group as {@link #rows} has them. */
    public long[] wholes(Column column, Workers workers) {
        return isWholeTable() ? column.longs() : arranged(column.view(), workers);
    }

    private double[] arranged(DoubleBuffer cells, Workers workers) {
        if (inTableOrder) {
            return places.arranged(cells, workers);
        }
        double[] arranged = new double[size];
        int[] order = rows();
        for (int at = 0; at < size; at++) {
            arranged[at] = cells.get(order[at]);
        }
        return arranged;
    }

    private long[] arranged(LongBuffer cells, Workers workers) {
        if (inTableOrder) {
            return places.arranged(cells, workers);
        }
        long[] arranged = new long[size];
        int[] order = rows();
        for (int at = 0; at < size; at++) {
            arranged[at] = cells.get(order[at]);
        }
        return arranged;
    }

    /** Which rows of a column have a value, group by group; empty if all have. */
    public boolean[] arrangedValid(Column column) {
        if (!column.hasNulls()) {
            return new boolean[0];
        }
        Validity valid = column.validity();
        boolean[] arranged = new boolean[size];
        int[] order = rows();
        for (int at = 0; at < size; at++) {
            arranged[at] = valid.get(order[at]);
        }
        return arranged;
    }

    /** The reverse of {@link #arranged(double[])}; 0 for rows of no group. */
    public double[] restored(double[] arranged) {
        if (isWholeTable()) {
            return arranged;
        }
        double[] cells = new double[codes.length];
        if (inTableOrder) {
            places.restore(arranged, DoubleBuffer.wrap(cells), Workers.INLINE);
        } else {
            int[] order = rows();
            for (int at = 0; at < size; at++) {
                cells[order[at]] = arranged[at];
            }
        }
        return cells;
    }

    /** The reverse of {@link #arranged(long[])}; 0 for rows of no group. */
    public long[] restored(long[] arranged) {
        if (isWholeTable()) {
            return arranged;
        }
        long[] cells = new long[codes.length];
        int[] order = rows();
        for (int at = 0; at < size; at++) {
            cells[order[at]] = arranged[at];
        }
        return cells;
    }

    /** The rows, in table order, for which a flag is set that stands in the order of {@link #rows}. */
    public Validity restored(boolean[] arranged) {
        if (size == codes.length && allSet(arranged)) {
            return Validity.all(size);
        }
        if (inTableOrder) {
            return places.restored(arranged);
        }
        Validity valid = Validity.none(codes.length);
        int[] order = rows();
        for (int at = 0; at < size; at++) {
            if (arranged[at]) {
                valid.set(order[at]);
            }
        }
        return valid;
    }

    private static boolean allSet(boolean[] flags) {
        boolean all = true;
        for (boolean flag : flags) {
            all &= flag;
        }
        return all;
    }

    /** Writes {@link #restored(double[])} to a buffer of as many cells as the table has rows. */
    void restore(double[] arranged, DoubleBuffer to, Workers workers) {
        if (!inTableOrder || isWholeTable()) {
            to.put(0, restored(arranged));
        } else {
            places.restore(arranged, to, workers);
        }
    }

    /**
     * Runs a part for each run of neighbouring groups of about equal numbers of rows.
     *
     * @param part takes the first group and the group after the last
     */
    public void forEachRun(Workers workers, Run part) {
        int runs = workers.parallelism() == 1 ? 1 : workers.parallelism() * RUNS_PER_WORKER;
        int wanted = Math.max(1, Math.min(runs, count()));
        int[] cuts = new int[wanted + 1];
        for (int run = 1; run <= wanted; run++) {
            long rowsBefore = (long) size * run / wanted;
            int cut = cuts[run - 1];
            while (cut < count() && starts[cut] < rowsBefore) {
                cut++;
            }
            cuts[run] = run == wanted ? count() : cut;
        }
        workers.run(wanted, run -> part.accept(cuts[run], cuts[run + 1]));
    }

    /** What is done with a range of groups. */
    @FunctionalInterface
    public interface Run {
        /** Takes groups {@code [from, to)}. */
        void accept(int from, int to);
    }
}
