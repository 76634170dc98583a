package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The rows of a table by series. */
final class Series {
    private Series() {}

    /** Series by key columns, in order of first appearance; null is a key like others. */
    static Groups of(VectorSchemaRoot table, List<String> keys) {
        return Groups.of(columns(table, keys), table.getRowCount());
    }

    static List<Column> columns(VectorSchemaRoot table, List<String> names) {
        return names.stream().map(name -> Column.of(table.getVector(name))).toList();
    }
}
