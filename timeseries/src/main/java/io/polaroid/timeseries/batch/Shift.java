package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;

/** Which row of a series lies some rows before each. */
final class Shift {
    private Shift() {}

    /** For each row of the table the row {@code n} rows before it in its series, or {@link Gather#NULL}; after it, if n is negative. */
    static int[] rows(Groups groups, int n) {
        int[] rows = groups.rows();
        int[] starts = groups.starts();
        int[] shifted = new int[groups.codes().length];
        java.util.Arrays.fill(shifted, Gather.NULL);
        for (int group = 0; group < groups.count(); group++) {
            int start = starts[group];
            int end = starts[group + 1];
            for (int at = start; at < end; at++) {
                long from = (long) at - n;
                if (from >= start && from < end) {
                    shifted[rows[at]] = rows[(int) from];
                }
            }
        }
        return shifted;
    }
}
