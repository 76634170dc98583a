package io.polaroid.store.read;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one instance has of a table. The holder closes the snapshot.
 *
 * @param snapshot the partitions that it can answer for
 * @param missing why not for each of the others
 */
public record PartialSnapshot(TableSnapshot snapshot, SortedMap<Integer, String> missing) {
    public PartialSnapshot(TableSnapshot snapshot, Map<Integer, String> missing) {
        this(snapshot, new TreeMap<>(missing));
    }

    /** Whether nothing is missing. */
    public boolean isWhole() {
        return missing.isEmpty();
    }

    /** The snapshot if it is the whole of this table; else it is closed, and the problem says which partitions are missing, and why. */
    public Result<TableSnapshot> whole(LiveTable of) {
        if (isWhole()) {
            return Result.ok(snapshot);
        }
        snapshot.close();
        return Result.err(Problem.of(
                        ProblemCode.RESTORING,
                        "table %s cannot answer yet, %d of %d partitions are missing: %s"
                                .formatted(
                                        of.name(),
                                        missing.size(),
                                        of.partitions(),
                                        String.join("; ", new LinkedHashSet<>(missing.values()))))
                .with("table", of.name())
                .with("partitions", missing.keySet().toString()));
    }
}
