package io.polaroid.sinks.parquet;

import io.polaroid.schemas.arrow.BatchRows;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.TimeUnits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Records of one table to rows, each by the schema that it was written with: the lake keeps columns that a stream's newest
 * schema has no more. Not thread-safe.
 */
final class RowDecoder {
    static final String PARTITION = "_partition";
    static final String OFFSET = "_offset";

    private static final int HEADER = 5;

    /** Bound of what garbage can leave here: ids beyond it that name no schema are forgotten. */
    private static final int MOST_SCHEMAS = 1_000;

    private static final String REVISION = "revision";

    private final ParquetSink.Table table;
    private final boolean isView;
    private final SchemaRegistry registry;
    private final Optional<StreamAdmission> admission;
    private final Optional<BatchDecoder> batches;
    private final Map<Integer, Optional<Layout>> layouts = new HashMap<>();
    private Optional<Layout> batchLayout = Optional.empty();

    RowDecoder(ParquetSink.Table table, SchemaRegistry registry) {
        this.table = table;
        this.isView = table instanceof ParquetSink.View;
        this.registry = registry;
        this.admission = switch (table) {
            case ParquetSink.View view -> Optional.empty();
            case ParquetSink.Stream stream -> Optional.of(StreamAdmission.of(stream, registry));
        };
        this.batches = switch (table) {
            case ParquetSink.View view -> Optional.empty();
            case ParquetSink.Stream stream -> BatchDecoder.of(stream);
        };
    }

    /** How records hold rows. */
    StreamFormat format() {
        return batches.isPresent() ? StreamFormat.ARROW : StreamFormat.AVRO;
    }

    /** Takes what a record holds. */
    @FunctionalInterface
    interface Each {
        /**
         * A row, or the record.
         *
         * @param position number of the row
         * @param end greatest number that is done with it
         */
        void take(long position, long end, Decoded decoded) throws IOException;
    }

    /**
     * Gives what the rows of {@code record} are.
     *
     * @throws RetriableException if the registry cannot be reached, before anything is given; Connect delivers the records again
     */
    void decode(SinkRecord record, Each each) throws IOException {
        long offset = record.originalKafkaOffset();
        var rows = batches.flatMap(decoder -> decoder.read(record));
        if (rows.isEmpty()) {
            each.take(format().position(offset, 0), format().lastOf(offset), decode(record));
            return;
        }
        BatchDecoder decoder = batches.orElseThrow();
        int size = rows.get().size();
        for (int i = 0; i < size; i++) {
            long position = format().position(offset, i);
            each.take(
                    position, i == size - 1 ? format().lastOf(offset) : position, row(decoder, rows.get(), i, record));
        }
    }

    private Decoded row(BatchDecoder decoder, BatchRows rows, int index, SinkRecord record) {
        if (rows.flaw(index).isPresent()) {
            return Decoded.Skipped.MALFORMED;
        }
        if (record.key() == null) {
            return Decoded.Skipped.MISROUTED;
        }
        Optional<Decoded.Skipped> refused =
                admission.flatMap(stream -> stream.take(record.originalKafkaPartition(), rows.at(index)));
        if (refused.isPresent()) {
            return refused.get();
        }
        Layout layout = batchLayout.orElseGet(() -> layoutOf(decoder.schema())
                .orElseThrow(
                        () -> new ConnectException("stream " + table.topic() + " has no rows that can be written")));
        batchLayout = Optional.of(layout);
        return row(
                layout,
                decoder.encode(rows.at(index)),
                record.kafkaPartition(),
                format().position(record.kafkaOffset(), index));
    }

    /**
     * What {@code record} is.
     *
     * @throws RetriableException if the registry cannot be reached; Connect delivers the records again
     */
    Decoded decode(SinkRecord record) {
        byte[] key = record.key() instanceof byte[] bytes ? bytes : new byte[0];
        if (ControlRecord.isControl(key)) {
            return control(key);
        }
        if (record.value() == null) {
            return Decoded.Skipped.TOMBSTONE;
        }
        if (batches.isPresent()
                || !(record.value() instanceof byte[] value)
                || value.length < HEADER
                || value[0] != 0) {
            return Decoded.Skipped.MALFORMED;
        }
        int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
        Optional<Layout> layout = layout(id);
        Optional<Decoded.Skipped> refused = admission.flatMap(stream -> stream.take(
                record.originalKafkaPartition(), record.key() instanceof byte[] given ? given : null, value));
        if (refused.isPresent()) {
            return refused.get();
        }
        return layout.isEmpty()
                ? Decoded.Skipped.MALFORMED
                : row(layout.get(), value, record.kafkaPartition(), record.kafkaOffset());
    }

    private Decoded control(byte[] key) {
        return switch (ControlRecord.fromKey(key)) {
            case Result.Ok<ControlRecord> ok ->
                ok.value().kind() == ControlRecord.Kind.HEARTBEAT
                        ? new Decoded.Heartbeat(TimeUnits.fromNanos(ok.value().toNanos(), TimeUnit.MILLISECOND))
                        : Decoded.Skipped.CONTROL;
            case Result.Err<ControlRecord> err -> Decoded.Skipped.CONTROL;
        };
    }

    private Decoded row(Layout layout, byte[] value, int partition, long position) {
        GenericRecord cells;
        try {
            var decoder = new BoundedDecoder(value, HEADER);
            cells = layout.reader().read(null, decoder);
            if (!decoder.isEnd()) {
                return Decoded.Skipped.MALFORMED;
            }
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
            return Decoded.Skipped.MALFORMED;
        }
        if (isView && cells.get(layout.revision()) == null) {
            return Decoded.Skipped.PROVISIONAL;
        }
        if (!(cells.get(layout.time()) instanceof Long time)) {
            return Decoded.Skipped.MALFORMED;
        }
        try {
            long nanos = TimeUnits.toNanos(time, layout.unit());
            return new Decoded.Row(
                    widened(layout, cells, partition, position),
                    layout.wide(),
                    TimeUnits.fromNanos(nanos, TimeUnit.MILLISECOND));
        } catch (ArithmeticException e) {
            return Decoded.Skipped.MALFORMED;
        }
    }

    private static GenericRecord widened(Layout layout, GenericRecord cells, int partition, long position) {
        var wide = new GenericData.Record(layout.wide());
        int columns = cells.getSchema().getFields().size();
        for (int i = 0; i < columns; i++) {
            wide.put(i, cells.get(i));
        }
        wide.put(columns, partition);
        wide.put(columns + 1, position);
        return wide;
    }

    private Optional<Layout> layout(int id) {
        Optional<Layout> known = layouts.get(id);
        if (known != null) {
            return known;
        }
        Optional<Layout> layout = switch (registry.byId(id)) {
            case Result.Ok<Schema> ok -> layoutOf(ok.value());
            case Result.Err<Schema> err -> {
                if (err.problem().code() == ProblemCode.REGISTRY_UNREACHABLE) {
                    throw new RetriableException(err.problem().toString());
                }
                yield Optional.empty();
            }
        };
        if (layouts.size() >= MOST_SCHEMAS) {
            layouts.values().removeIf(Optional::isEmpty);
        }
        layouts.put(id, layout);
        return layout;
    }

    private Optional<Layout> layoutOf(Schema schema) {
        for (Optional<Layout> known : layouts.values()) {
            if (known.isPresent() && known.get().text().equals(schema.toString())) {
                return known;
            }
        }
        if (schema.getType() != Schema.Type.RECORD
                || schema.getField(PARTITION) != null
                || schema.getField(OFFSET) != null) {
            return Optional.empty();
        }
        Schema.Field time = schema.getField(table.timeColumn());
        Schema.Field revision = schema.getField(REVISION);
        if (time == null || (isView && revision == null)) {
            return Optional.empty();
        }
        return unit(time.schema())
                .map(unit -> new Layout(
                        schema.toString(),
                        widened(schema),
                        new GenericDatumReader<>(schema),
                        time.pos(),
                        revision == null ? -1 : revision.pos(),
                        unit));
    }

    private static Schema widened(Schema schema) {
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            fields.add(new Schema.Field(field, field.schema()));
        }
        fields.add(new Schema.Field(PARTITION, Schema.create(Schema.Type.INT), "Kafka partition"));
        fields.add(new Schema.Field(OFFSET, Schema.create(Schema.Type.LONG), "Kafka offset"));
        return Schema.createRecord(schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
    }

    private static Optional<TimeUnit> unit(Schema schema) {
        if (schema.getType() == Schema.Type.UNION) {
            return schema.getTypes().stream()
                    .filter(branch -> branch.getType() != Schema.Type.NULL)
                    .findFirst()
                    .flatMap(RowDecoder::unit);
        }
        LogicalType type = schema.getLogicalType();
        return switch (type) {
            case LogicalTypes.TimestampMillis millis -> Optional.of(TimeUnit.MILLISECOND);
            case LogicalTypes.TimestampMicros micros -> Optional.of(TimeUnit.MICROSECOND);
            case LogicalTypes.TimestampNanos nanos -> Optional.of(TimeUnit.NANOSECOND);
            case null, default -> Optional.empty();
        };
    }

    /**
     * What is known of a schema.
     *
     * @param text as the registry has it
     * @param wide with the columns that the file has besides
     */
    private record Layout(
            String text,
            Schema wide,
            GenericDatumReader<GenericRecord> reader,
            int time,
            int revision,
            TimeUnit unit) {}
}
