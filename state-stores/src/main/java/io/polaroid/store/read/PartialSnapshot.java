package io.polaroid.store.read;

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
}
