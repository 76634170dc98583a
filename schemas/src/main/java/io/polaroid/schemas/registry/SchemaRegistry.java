package io.polaroid.schemas.registry;

import io.polaroid.timeseries.result.Result;
import org.apache.avro.Schema;

/** What serdes need of a schema registry. Answers are cached by implementations; ids never change. */
public interface SchemaRegistry {
    /** The id of {@code schema} under {@code subject}, registered if it is new. */
    Result<Integer> register(String subject, Schema schema);

    /** The schema with this id; {@code UNKNOWN_…}/{@code REGISTRY_UNREACHABLE} else. */
    Result<Schema> byId(int id);
}
