package io.polaroid.schemas.avro;

import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import org.apache.avro.Schema;

/**
 * Rows of one record type to and from the Confluent wire format (zero byte, 4-byte big-endian schema id, Avro binary).
 * Reading resolves the writer's schema against this one by Avro's rules. Not thread-safe; make one per thread.
 */
public interface RowCodec {
    /** A codec of {@code schema}, registered under {@code subject} at the first {@link #encode}. */
    static Result<RowCodec> of(Schema schema, String subject, SchemaRegistry registry) {
        return Result.err(ProblemCode.NOT_BUILT, "codec");
    }

    /** The Avro schema read and written. */
    Schema avroSchema();

    /** The Arrow schema of its rows. */
    org.apache.arrow.vector.types.pojo.Schema arrowSchema();

    /** The row of a record value, or {@code MALFORMED_RECORD} with what was wrong. */
    Result<Row> decode(byte[] value);

    /**
     * The record value of a row.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException if the registry cannot be reached
     */
    byte[] encode(Row row);
}
