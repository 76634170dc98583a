package io.polaroid.schemas.avro;

import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.Result;
import org.apache.avro.Schema;

/**
 * Reads record values one after another into one cursor, without a box or an object per row. What it does not read, {@link
 * RowCodec#decode} explains. Not thread-safe.
 */
public interface RowReader {
    /** A reader of rows of {@code schema}. */
    static Result<RowReader> of(Schema schema, String subject, SchemaRegistry registry) {
        return WireFormat.of(schema, subject, registry).map(codec -> codec);
    }

    /**
     * Reads the value that these bytes are; false where they are none.
     *
     * @throws io.polaroid.timeseries.result.PolaroidException if the registry cannot be reached
     */
    boolean read(byte[] bytes, int from, int length);

    /** The cells of the value that was read last. */
    CellRow row();
}
