package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Workers;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The rows of a table by series. */
final class Series {
    private Series() {}

    /** Series by key columns, in order of first appearance; null is a key like others. */
    static Groups of(VectorSchemaRoot table, List<String> keys) {
        return of(table, keys, Workers.INLINE);
    }

    /** The same, found in parts. */
    static Groups of(VectorSchemaRoot table, List<String> keys, Workers workers) {
        return Groups.of(columns(table, keys), table.getRowCount(), workers);
    }

    /** Series in the order of their keys. */
    static Groups ordered(VectorSchemaRoot table, List<String> keys, Workers workers) {
        Groups groups = of(table, keys, workers);
        if (keys.isEmpty()) {
            return groups;
        }
        int[] order = GroupOrder.of(columns(table, keys), groups.firstRows());
        int[] places = new int[order.length];
        for (int place = 0; place < order.length; place++) {
            places[order[place]] = place;
        }
        int[] codes = groups.codes().clone();
        for (int row = 0; row < codes.length; row++) {
            codes[row] = places[codes[row]];
        }
        return Groups.of(codes, groups.count(), workers);
    }

    static List<Column> columns(VectorSchemaRoot table, List<String> names) {
        return names.stream().map(name -> Column.of(table.getVector(name))).toList();
    }

    /** Times in the column's unit, group by group; refuses nulls and times that do not ascend. */
    static long[] ascending(Groups groups, Column index) {
        String name = index.field().getName();
        if (index.hasNulls()) {
            throw Types.invalid("column '" + name + "' has nulls; leave out the rows without a time");
        }
        long[] times = groups.arranged(index.longs());
        int[] starts = groups.starts();
        for (int group = 0; group < groups.count(); group++) {
            for (int at = starts[group] + 1; at < starts[group + 1]; at++) {
                if (times[at] < times[at - 1]) {
                    throw Types.invalid("column '" + name + "' does not ascend"
                            + (groups.count() > 1 ? " within its series" : "") + ": row " + groups.rows()[at]
                            + " lies before the row " + groups.rows()[at - 1] + "; sort by it first");
                }
            }
        }
        return times;
    }
}
