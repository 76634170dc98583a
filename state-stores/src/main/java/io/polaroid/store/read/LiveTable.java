package io.polaroid.store.read;

import io.polaroid.timeseries.result.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** A stream or a view: what is fresh of it in the stores of this instance. */
public interface LiveTable {
    /** What a table is. */
    enum Kind {
        STREAM,
        VIEW
    }

    /** Its name, which is its topic's. */
    String name();

    /** Stream or view. */
    Kind kind();

    /**
     * The columns of its rows: those of its topic's values, and for a stream {@code _partition} (Int32) and {@code _offset}
     * (Int64) behind them. A view's rows have {@code revision} (null while provisional), {@code published_at} and
     * {@code published_offset} as their last columns.
     */
    Schema schema();

    /** The columns that make its series key. */
    List<String> keyColumns();

    /** Its time column. */
    String timeColumn();

    /** How many partitions it has. */
    int partitions();

    /**
     * The newest committed state of all partitions, as it stood at one commit per partition.
     *
     * @param allocator what the copy is made from; the caller closes the snapshot
     * @return the snapshot, or {@code RESTORING} / {@code NOT_ACTIVE_HERE}
     */
    Result<TableSnapshot> snapshot(BufferAllocator allocator);

    /**
     * The same rows as those of a snapshot, on loan.
     *
     * @param reader counts what is in memory for the asker alone, who closes the scan
     */
    default Result<TableScan> scan(BufferAllocator reader) {
        return snapshot(reader).map(TableScan::of);
    }

    /**
     * The newest committed state of those partitions that this instance has, active or as a standby that has caught up.
     *
     * @param allocator what the copy is made from; the caller closes the snapshot
     */
    default PartialSnapshot here(BufferAllocator allocator) {
        return switch (snapshot(allocator)) {
            case Result.Ok<TableSnapshot>(var whole) -> new PartialSnapshot(whole, Map.of());
            case Result.Err<TableSnapshot>(var problem) -> {
                var missing = new HashMap<Integer, String>();
                for (int partition = 0; partition < partitions(); partition++) {
                    missing.put(partition, problem.detail());
                }
                yield new PartialSnapshot(new TableSnapshot(List.of()), missing);
            }
        };
    }

    /** Other instances that have its partitions, as far as is known here: of each those to be asked first, first. */
    default Map<Integer, List<Endpoint>> elsewhere() {
        return Map.of();
    }
}
