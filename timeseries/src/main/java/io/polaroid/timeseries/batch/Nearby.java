package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Gather;
import io.polaroid.timeseries.column.Groups;

/** The nearest row of a series that has a value. */
final class Nearby {
    private Nearby() {}

    /** For each row itself if it has a value, else the last row before it that has, at most {@code limit} rows away. */
    static int[] before(Column column, Groups groups, int limit) {
        int[] found = new int[column.size()];
        int[] rows = groups.rows();
        for (int group = 0; group < groups.count(); group++) {
            int held = Gather.NULL;
            int away = 0;
            for (int at = groups.starts()[group]; at < groups.starts()[group + 1]; at++) {
                boolean none = column.isNull(rows[at]);
                held = none ? held : rows[at];
                away = none ? away + 1 : 0;
                found[rows[at]] = away <= limit ? held : Gather.NULL;
            }
        }
        return found;
    }

    /** For each row itself if it has a value, else the next row after it that has, at most {@code limit} rows away. */
    static int[] after(Column column, Groups groups, int limit) {
        int[] found = new int[column.size()];
        int[] rows = groups.rows();
        for (int group = 0; group < groups.count(); group++) {
            int held = Gather.NULL;
            int away = 0;
            for (int at = groups.starts()[group + 1] - 1; at >= groups.starts()[group]; at--) {
                boolean none = column.isNull(rows[at]);
                held = none ? held : rows[at];
                away = none ? away + 1 : 0;
                found[rows[at]] = away <= limit ? held : Gather.NULL;
            }
        }
        return found;
    }
}
