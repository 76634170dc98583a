package io.polaroid.schemas.avro;

import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.ProblemCode.Blame;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The {@link RowCodec} of the Confluent wire format. */
final class WireFormat implements RowCodec {
    private static final int HEADER = 5;
    /** Writers of one topic are few; the bound only keeps a hostile registry from filling memory. */
    private static final int MAX_WRITERS = 1_000;

    private static final int UNREGISTERED = -1;

    private final Schema schema;
    private final String subject;
    private final SchemaRegistry registry;
    private final AvroLayout layout;
    private final org.apache.arrow.vector.types.pojo.Schema arrow;
    private final RowEncoder encoder;
    private final Map<Integer, Step> readers = new HashMap<>();
    private final AvroInput in = new AvroInput();
    private final AvroOutput out = new AvroOutput();
    private int lastId = UNREGISTERED;
    private Step lastReader = Step.failing("nothing was read yet");
    private int ownId = UNREGISTERED;

    WireFormat(Schema schema, String subject, SchemaRegistry registry, AvroLayout layout) {
        this.schema = schema;
        this.subject = subject;
        this.registry = registry;
        this.layout = layout;
        this.arrow = AvroArrow.arrowOf(schema, layout);
        this.encoder = new RowEncoder(layout);
    }

    @Override
    public Schema avroSchema() {
        return schema;
    }

    @Override
    public org.apache.arrow.vector.types.pojo.Schema arrowSchema() {
        return arrow;
    }

    @Override
    public Result<Row> decode(byte[] value) {
        try {
            return Result.ok(read(value));
        } catch (MalformedBytes e) {
            return Result.err(e.problem());
        }
    }

    private Row read(byte[] value) {
        if (value.length < HEADER) {
            throw MalformedBytes.malformed(
                    "the value has " + value.length + " byte(s); a zero byte and a schema id of 4 bytes come first");
        }
        if (value[0] != 0) {
            throw MalformedBytes.malformed(
                    "the first byte is " + (value[0] & 0xFF) + ", not 0; write values in the Confluent wire format");
        }
        int id = ByteBuffer.wrap(value, 1, 4).getInt();
        Step reader = id == lastId ? lastReader : reader(id);
        var cells = new @Nullable Object[layout.columns().size()];
        in.reset(value, HEADER);
        reader.read(in, cells);
        if (in.remaining() > 0) {
            throw MalformedBytes.malformed(in.remaining() + " byte(s) follow the record, which ends at byte "
                    + in.position() + "; is schema id " + id + " that of its writer?");
        }
        return new ArrayRow(cells);
    }

    private Step reader(int id) {
        @Nullable Step known = readers.get(id);
        Step reader = known == null ? compile(writer(id)) : known;
        if (readers.size() >= MAX_WRITERS) {
            readers.clear();
        }
        readers.put(id, reader);
        lastId = id;
        lastReader = reader;
        return reader;
    }

    private Step compile(Schema writer) {
        try {
            return StepCompiler.compile(writer, layout);
        } catch (AvroRuntimeException | AvroLayout.Unmappable e) {
            return Step.failing("the writer's schema cannot be resolved: " + e.getMessage());
        }
    }

    private Schema writer(int id) {
        return switch (registry.byId(id)) {
            case Result.Ok<Schema> ok -> ok.value();
            case Result.Err<Schema> err -> throw unreadable(id, err.problem());
        };
    }

    /** A registry that is down says nothing about the record, so that is thrown, never a dead letter. */
    private static RuntimeException unreadable(int id, Problem problem) {
        return problem.code().blame() == Blame.DEPENDENCY || problem.code().blame() == Blame.POLAROID
                ? new PolaroidException(problem)
                : MalformedBytes.malformed("schema id " + id + ": " + problem.detail());
    }

    @Override
    public byte[] encode(Row row) {
        if (ownId == UNREGISTERED) {
            ownId = registry.register(subject, schema).orThrow();
        }
        out.reset();
        out.writeByte(0);
        out.writeBigEndian(ownId);
        encoder.write(row, out);
        return out.toByteArray();
    }

    /** The codec, or why the schema is no row. */
    static Result<RowCodec> of(Schema schema, String subject, SchemaRegistry registry) {
        try {
            return AvroLayout.of(schema).map(layout -> new WireFormat(schema, subject, registry, layout));
        } catch (AvroRuntimeException e) {
            return Result.err(ProblemCode.INVALID_CONFIG, "schema of " + subject + ": " + e.getMessage());
        }
    }
}
