package io.polaroid.launcher.cli;

import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

/** Record values in the Confluent wire format as JSON, with times as texts. */
final class AvroJson {
    private static final int HEADER_BYTES = 5;

    private final SchemaRegistry registry;
    private final GenericData data = new GenericData();

    AvroJson(SchemaRegistry registry) {
        this.registry = registry;
        data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampNanosConversion());
    }

    String text(byte[] value) {
        if (value.length < HEADER_BYTES || value[0] != 0) {
            throw malformed("is not in the Confluent wire format", null);
        }
        Schema schema = registry.byId(ByteBuffer.wrap(value).getInt(1)).orThrow();
        try {
            var decoder = DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, null);
            return data.toString(new GenericDatumReader<Object>(schema, schema, data).read(null, decoder));
        } catch (IOException | RuntimeException e) {
            throw malformed("cannot be read: " + e.getMessage(), e);
        }
    }

    private static PolaroidException malformed(String why, @org.jspecify.annotations.Nullable Exception cause) {
        Problem problem = Problem.of(ProblemCode.MALFORMED_RECORD, "a record value " + why);
        return cause == null ? new PolaroidException(problem) : new PolaroidException(problem, cause);
    }
}
