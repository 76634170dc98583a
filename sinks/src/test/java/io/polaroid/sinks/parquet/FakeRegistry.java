package io.polaroid.sinks.parquet;

import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** A registry in memory that can be out of reach. */
final class FakeRegistry implements SchemaRegistry {
    private final List<Schema> schemas = new ArrayList<>();
    private boolean reachable = true;

    void reachable(boolean yes) {
        reachable = yes;
    }

    @Override
    public Result<Integer> register(String subject, Schema schema) {
        schemas.add(schema);
        return Result.ok(schemas.size());
    }

    @Override
    public Result<Schema> byId(int id) {
        if (!reachable) {
            return Result.err(ProblemCode.REGISTRY_UNREACHABLE, "no answer");
        }
        return id >= 1 && id <= schemas.size()
                ? Result.ok(schemas.get(id - 1))
                : Result.err(ProblemCode.MALFORMED_RECORD, "no schema " + id);
    }
}
