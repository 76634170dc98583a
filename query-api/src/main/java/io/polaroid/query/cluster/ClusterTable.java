package io.polaroid.query.cluster;

import io.polaroid.store.read.Endpoint;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.PartialSnapshot;
import io.polaroid.store.read.TableScan;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.store.read.TableSnapshot.Part;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** A table of which this process may have some partitions only: the others are fetched where they are. */
record ClusterTable(LiveTable local, PartFetcher fetcher) implements LiveTable {
    @Override
    public String name() {
        return local.name();
    }

    @Override
    public Kind kind() {
        return local.kind();
    }

    @Override
    public Schema schema() {
        return local.schema();
    }

    @Override
    public List<String> keyColumns() {
        return local.keyColumns();
    }

    @Override
    public String timeColumn() {
        return local.timeColumn();
    }

    @Override
    public int partitions() {
        return local.partitions();
    }

    /** Never a part of the table as if it were the whole: where a partition cannot be had, the answer is which and why. */
    @Override
    public Result<TableSnapshot> snapshot(BufferAllocator allocator) {
        var here = local.here(allocator);
        if (here.isWhole()) {
            return Result.ok(here.snapshot());
        }
        var parts = new ArrayList<>(here.snapshot().parts());
        try {
            fetch(parts, here.missing(), allocator);
        } catch (RuntimeException e) {
            new TableSnapshot(parts).close();
            throw e;
        }
        parts.sort(Comparator.comparingInt(Part::partition));
        return new PartialSnapshot(new TableSnapshot(parts), here.missing()).whole(this);
    }

    /** Rows of other processes come as copies, and then those of this one are copied too. */
    @Override
    public Result<TableScan> scan(BufferAllocator reader) {
        return local.scan(reader) instanceof Result.Ok<TableScan> here
                ? here
                : snapshot(reader).map(TableScan::of);
    }

    /** First from where each partition is active, then from where it stands by. */
    private void fetch(List<Part> parts, SortedMap<Integer, String> missing, BufferAllocator allocator) {
        var owners = local.elsewhere();
        for (int round = 0; !missing.isEmpty(); round++) {
            var asked = new LinkedHashMap<Endpoint, Set<Integer>>();
            for (int partition : missing.keySet()) {
                List<Endpoint> of = owners.getOrDefault(partition, List.of());
                if (round < of.size()) {
                    asked.computeIfAbsent(of.get(round), at -> new TreeSet<>()).add(partition);
                }
            }
            if (asked.isEmpty()) {
                return;
            }
            asked.forEach((endpoint, partitions) -> fetch(endpoint, partitions, parts, missing, allocator));
        }
    }

    private void fetch(
            Endpoint from,
            Set<Integer> partitions,
            List<Part> parts,
            Map<Integer, String> missing,
            BufferAllocator allocator) {
        switch (fetcher.fetch(from, local, partitions, allocator)) {
            case Result.Err<TableSnapshot>(var problem) ->
                partitions.forEach(partition ->
                        missing.merge(partition, problem.detail(), (before, why) -> before + ", and " + why));
            case Result.Ok<TableSnapshot>(var fetched) -> {
                parts.addAll(fetched.parts());
                var found = new HashSet<Integer>();
                fetched.parts().forEach(part -> found.add(part.partition()));
                for (int partition : partitions) {
                    if (found.contains(partition)) {
                        missing.remove(partition);
                    } else {
                        missing.merge(partition, "not at " + from, (before, why) -> before + ", and " + why);
                    }
                }
            }
        }
    }
}
