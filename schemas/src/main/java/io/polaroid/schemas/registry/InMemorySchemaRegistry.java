package io.polaroid.schemas.registry;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** A registry within this process, for tests and for tools that read no topic; it forgets when it is dropped. Thread-safe. */
public final class InMemorySchemaRegistry implements SchemaRegistry {
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<Schema> schemas = new ArrayList<>();

    @Override
    public synchronized Result<Integer> register(String subject, Schema schema) {
        return Result.ok(ids.computeIfAbsent(schema.toString(), text -> {
            schemas.add(schema);
            return schemas.size();
        }));
    }

    @Override
    public synchronized Result<Schema> byId(int id) {
        return id >= 1 && id <= schemas.size()
                ? Result.ok(schemas.get(id - 1))
                : Result.err(ProblemCode.INVALID_ARGUMENT, "schema id " + id + " is not in the registry");
    }
}
