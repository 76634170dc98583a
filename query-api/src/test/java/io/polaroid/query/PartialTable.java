package io.polaroid.query;

import io.polaroid.store.read.Endpoint;
import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.PartialSnapshot;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** A table of some partitions, of which a process has the rows that a fake has. */
record PartialTable(FakeLiveTable has, int partitions, Map<Integer, List<Endpoint>> owners) implements LiveTable {
    PartialTable(FakeLiveTable has, int partitions) {
        this(has, partitions, new ConcurrentHashMap<>());
    }

    @Override
    public String name() {
        return has.name();
    }

    @Override
    public Kind kind() {
        return has.kind();
    }

    @Override
    public Schema schema() {
        return has.schema();
    }

    @Override
    public List<String> keyColumns() {
        return has.keyColumns();
    }

    @Override
    public String timeColumn() {
        return has.timeColumn();
    }

    @Override
    public Result<TableSnapshot> snapshot(BufferAllocator allocator) {
        return Result.err(ProblemCode.RESTORING, "asked for all of it");
    }

    @Override
    public PartialSnapshot here(BufferAllocator allocator) {
        var snapshot = has.snapshot(allocator).orThrow();
        var missing = new HashMap<Integer, String>();
        for (int partition = 0; partition < partitions; partition++) {
            missing.put(partition, "partition " + partition + " is not in this process");
        }
        snapshot.parts().forEach(part -> missing.remove(part.partition()));
        return new PartialSnapshot(snapshot, missing);
    }

    @Override
    public Map<Integer, List<Endpoint>> elsewhere() {
        return owners;
    }
}
