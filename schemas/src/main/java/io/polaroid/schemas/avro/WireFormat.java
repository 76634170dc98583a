package io.polaroid.schemas.avro;

import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.ProblemCode.Blame;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The {@link RowCodec} of the Confluent wire format. */
final class WireFormat implements RowCodec, RowReader {
    private static final int HEADER = 5;
    private static final VarHandle ID =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
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
    private final CellRow cells;
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
        this.cells = new CellRow(layout.columns().size());
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
            take(value, 0, value.length);
            return Result.ok(cells.copy());
        } catch (MalformedBytes e) {
            return Result.err(e.problem());
        }
    }

    @Override
    public boolean read(byte[] bytes, int from, int length) {
        try {
            take(bytes, from, length);
            return true;
        } catch (MalformedBytes e) {
            return false;
        }
    }

    @Override
    public CellRow row() {
        return cells;
    }

    private void take(byte[] value, int from, int length) {
        if (length < HEADER) {
            throw MalformedBytes.malformed(
                    "the value has " + length + " byte(s); a zero byte and a schema id of 4 bytes come first");
        }
        if (value[from] != 0) {
            throw MalformedBytes.malformed(
                    "the first byte is " + (value[from] & 0xFF) + ", not 0; write values in the Confluent wire format");
        }
        int id = (int) ID.get(value, from + 1);
        Step reader = id == lastId ? lastReader : reader(id);
        cells.reset(value);
        in.reset(value, from, from + HEADER, from + length);
        reader.read(in, cells);
        if (in.remaining() > 0) {
            throw MalformedBytes.malformed(in.remaining() + " byte(s) follow the record, which ends at byte "
                    + in.position() + "; is schema id " + id + " that of its writer?");
        }
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
    static Result<WireFormat> of(Schema schema, String subject, SchemaRegistry registry) {
        try {
            return AvroLayout.of(schema).map(layout -> new WireFormat(schema, subject, registry, layout));
        } catch (AvroRuntimeException e) {
            return Result.err(ProblemCode.INVALID_CONFIG, "schema of " + subject + ": " + e.getMessage());
        }
    }
}
