package io.polaroid.schemas.avro;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import org.apache.avro.Schema;

/** The one mapping between Avro record schemas and Arrow schemas. */
public final class AvroArrow {
    private AvroArrow() {}

    /** The Arrow schema of an Avro record schema, or {@code INVALID_CONFIG} naming the field that has no mapping. */
    public static Result<org.apache.arrow.vector.types.pojo.Schema> toArrow(Schema avro) {
        return Result.err(ProblemCode.NOT_BUILT, "mapping");
    }

    /** The Avro record schema of an Arrow schema, or {@code INVALID_CONFIG} naming the field that has no mapping. */
    public static Result<Schema> toAvro(org.apache.arrow.vector.types.pojo.Schema arrow, String fullName) {
        return Result.err(ProblemCode.NOT_BUILT, "mapping");
    }
}
