package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.aggregate.RowWindows;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.Times;
import io.polaroid.timeseries.column.Workers;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds windows in a table whose times ascend, whatever the order of its series: all rows between two edges of the grid lie together
 * there, so that a row's window is a matter of where it lies and of its series, and parts of the table share no window.
 */
final class GridSearch {
    /** A table of windows and series with more cells than this share of the rows is mostly empty. */
    private static final int ROWS_PER_CELL = 4;

    private static final int FEWEST_ROWS = 1 << 16;

    private final FixedEdges edges;
    private final LongBuffer times;
    private final int groups;
    private final FoundWindows.List found = new FoundWindows.List();
    private int[] until = new int[64];

    private GridSearch(FixedEdges edges, LongBuffer times, int groups) {
        this.edges = edges;
        this.times = times;
        this.groups = groups;
    }

    /**
     * The windows that hold rows; empty if the table is not of this kind.
     *
     * @param codes the group of each row, changed into their windows if they are found; empty if there is one group
     * @param order the groups in the order of the result
     */
    static Optional<FoundWindows> find(
            DynamicWindows windows, int[] codes, int groups, LongBuffer times, int[] order, Workers workers) {
        int rows = times.limit();
        if (rows == 0 || groups > 1 && !windows.shareOneGrid()) {
            return Optional.empty();
        }
        double columns = ((double) times.get(rows - 1) - times.get(0)) / windows.everyUnits() + 1;
        if (columns * groups * ROWS_PER_CELL > rows || !Times.ascend(times, workers)) {
            return Optional.empty();
        }
        var edges = new FixedEdges(windows, 1);
        edges.first(0, times.get(0));
        var search = new GridSearch(edges, times, groups);
        search.walk();
        if (search.found.count == 0) {
            return Optional.empty();
        }
        return Optional.of(search.windows(codes.length == 0 ? new int[rows] : codes, order, workers));
    }

    /** Finds the rows of each window of the grid, one after the other. */
    private void walk() {
        int row = 0;
        while (row < times.limit()) {
            if (!edges.find(0, times.get(row))) {
                row++;
                continue;
            }
            int column = found.add(0, edges.start(), edges.end(), row);
            row = firstFrom(edges.limit(), row);
            until = column == until.length ? Arrays.copyOf(until, 2 * column) : until;
            until[column] = row;
        }
    }

    /** The first row that is not before a time, after one that is; looked for in steps that double, as windows are mostly near. */
    private int firstFrom(long time, int after) {
        int low = after;
        long step = 1;
        while (low + step < times.limit() && times.get((int) (low + step)) < time) {
            low += (int) step;
            step *= 2;
        }
        int high = (int) Math.min(low + step, times.limit());
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (times.get(middle) < time) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private FoundWindows windows(int[] slots, int[] order, Workers workers) {
        int[] cuts = cuts(workers.parallelism());
        int[] firstRows = new int[Math.multiplyExact(found.count, groups)];
        Arrays.fill(firstRows, Keys.NONE);
        workers.run(cuts.length - 1, part -> {
            for (int column = cuts[part]; column < cuts[part + 1]; column++) {
                number(column, slots, firstRows);
            }
        });
        int[] parts = new int[cuts.length];
        for (int part = 1; part < parts.length; part++) {
            parts[part] = cuts[part] == found.count ? slots.length : found.firstRows[cuts[part]];
        }
        return emitted(slots, parts, firstRows, order);
    }

    /** Columns of the grid in parts of about equal numbers of rows. */
    private int[] cuts(int parallelism) {
        int rows = times.limit();
        int parts = Math.max(1, Math.min(parallelism, rows / FEWEST_ROWS));
        int[] cuts = new int[parts + 1];
        for (int part = 1; part < parts; part++) {
            int wanted = (int) ((long) rows * part / parts);
            int at = Arrays.binarySearch(found.firstRows, 0, found.count, wanted);
            cuts[part] = at >= 0 ? at : Math.min(found.count, -at - 1);
        }
        cuts[parts] = found.count;
        return cuts;
    }

    /** Turns the groups of a column's rows into windows; backwards, so that the first row of each is written last. */
    private void number(int column, int[] slots, int[] firstRows) {
        int base = column * groups;
        int first = found.firstRows[column];
        int before = column == 0 ? 0 : until[column - 1];
        Arrays.fill(slots, before, first, Keys.NONE);
        for (int row = until[column] - 1; row >= first; row--) {
            int slot = base + slots[row];
            slots[row] = slot;
            firstRows[slot] = row;
        }
        if (column == found.count - 1) {
            Arrays.fill(slots, until[column], slots.length, Keys.NONE);
        }
    }

    private FoundWindows emitted(int[] slots, int[] parts, int[] firstRows, int[] order) {
        int count = 0;
        for (int row : firstRows) {
            count += row >= 0 ? 1 : 0;
        }
        int[] emit = new int[count];
        int[] inGroups = new int[count];
        long[] starts = new long[count];
        long[] ends = new long[count];
        int[] first = new int[count];
        int next = 0;
        for (int group : order) {
            for (int column = 0; column < found.count; column++) {
                int slot = column * groups + group;
                if (firstRows[slot] >= 0) {
                    emit[next] = slot;
                    inGroups[next] = group;
                    starts[next] = found.starts[column];
                    ends[next] = found.ends[column];
                    first[next++] = firstRows[slot];
                }
            }
        }
        var rows = RowWindows.disjoint(slots, firstRows.length, emit, parts);
        return new FoundWindows(rows, inGroups, starts, ends, first, new long[0]);
    }
}
