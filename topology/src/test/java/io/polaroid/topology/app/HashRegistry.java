package io.polaroid.topology.app;

import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** A registry in which processes agree without asking each other: the id of a schema follows from its text. */
final class HashRegistry implements SchemaRegistry {
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

    @Override
    public Result<Integer> register(String subject, Schema schema) {
        int id = schema.toString().hashCode() & Integer.MAX_VALUE;
        schemas.put(id, schema);
        return Result.ok(id);
    }

    @Override
    public Result<Schema> byId(int id) {
        var schema = schemas.get(id);
        return schema == null
                ? Result.err(ProblemCode.INVALID_ARGUMENT, "schema id " + id + " is not in the registry")
                : Result.ok(schema);
    }
}
