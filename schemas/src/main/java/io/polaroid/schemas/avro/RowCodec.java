package io.polaroid.schemas.avro;

import io.polaroid.schemas.registry.SchemaRegistry;
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
        return WireFormat.of(schema, subject, registry).map(codec -> codec);
    }

    /** The Avro schema read and written. */
    Schema avroSchema();

    /** The Arrow schema of its rows. */
    org.apache.arrow.vector.types.pojo.Schema arrowSchema();

    /**
     * The row of a record value; {@code MALFORMED_RECORD} where the bytes are no record, {@code WRONG_TYPE} where the writer's
     * schema cannot be read as this one. Whatever the bytes are, nothing else happens.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException if the registry cannot be reached, since the record may be good
     */
    Result<Row> decode(byte[] value);

    /**
     * The record value of a row.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException if the registry cannot be reached or refuses the schema, or if
     *     a cell is not of its column's type ({@code MISSING_FIELD}, {@code WRONG_TYPE})
     */
    byte[] encode(Row row);
}
