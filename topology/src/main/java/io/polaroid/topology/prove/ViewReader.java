package io.polaroid.topology.prove;

import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.SchemaRegistry;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.RowIntake;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.row.StreamIntake;
import io.polaroid.topology.row.ViewIntake;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.common.TopicPartition;

/** What a view's inputs, its topic and its late topic hold, by partition. <b>Owns</b> a consumer until closed. */
final class ViewReader implements AutoCloseable {
    private final Pipeline pipeline;
    private final ViewSpec view;
    private final SchemaRegistry registry;
    private final PipelineTopology topology;
    private final Topic topics;
    private final Source source;
    private final List<String> columns;

    ViewReader(
            Pipeline pipeline,
            ViewSpec view,
            SchemaRegistry registry,
            PipelineTopology topology,
            String servers,
            History history) {
        this.pipeline = pipeline;
        this.view = view;
        this.registry = registry;
        this.topology = topology;
        this.topics = new Topic(servers);
        this.source = new Source(topics, history);
        this.columns =
                schema().getFields().stream().map(field -> field.getName()).toList();
    }

    @Override
    public void close() {
        topics.close();
    }

    /** Names of the view's columns. */
    List<String> columns() {
        return columns;
    }

    /** The view's columns. */
    Schema schema() {
        return Objects.requireNonNull(topology.viewSchemas().get(view.name()));
    }

    StreamColumns columns(String input) {
        return Objects.requireNonNull(topology.columns().get(input));
    }

    int partitions() {
        return pipeline.root(view.name()).partitions();
    }

    /** Where history ended and topics began, so far. */
    List<String> cuts() {
        return source.cuts();
    }

    /**
     * The offsets at which the application goes on.
     *
     * @throws PolaroidException {@code RESTORING} if it has not read the view's inputs yet
     */
    Map<TopicPartition, Long> committed() {
        var committed = topics.committed(pipeline.application());
        boolean hasRead = view.inputs().stream()
                .anyMatch(input -> committed.keySet().stream()
                        .anyMatch(partition -> partition.topic().equals(input)));
        if (!hasRead) {
            throw new PolaroidException(Problem.of(
                    ProblemCode.RESTORING,
                    "application %s has not committed a position in %s yet"
                            .formatted(pipeline.application(), String.join(", ", view.inputs()))));
        }
        return committed;
    }

    /** The rows of the inputs below a position, without late ones. */
    Map<String, BatchRows> inputs(int partition, Map<TopicPartition, Long> position, Map<String, Set<Long>> late) {
        var inputs = new HashMap<String, BatchRows>();
        for (String input : view.inputs()) {
            var from = new TopicPartition(input, partition);
            var rows = new BatchRows(
                    columns(input), intake(input), retention(input).toNanos(), late.getOrDefault(input, Set.of()));
            var codec = inputCodec(input);
            Function<Row, byte[]> encode = encoder(input, codec);
            source.read(
                    from,
                    format(input),
                    codec.arrowSchema(),
                    position.getOrDefault(from, 0L),
                    (offset, row) -> rows.takeOld(
                            partition,
                            offset,
                            SeriesKey.of(row, columns(input).key()).getBytes(StandardCharsets.UTF_8),
                            encode.apply(row)),
                    record -> rows.take(partition, record.offset(), record.key(), record.value()));
            inputs.put(input, rows);
        }
        return inputs;
    }

    private Function<Row, byte[]> encoder(String input, RowCodec codec) {
        return switch (format(input)) {
            case AVRO -> codec::encode;
            case ARROW -> {
                var batches = BatchWriter.of(codec.arrowSchema());
                yield row -> batches.write(List.of(row));
            }
        };
    }

    /** How the records of an input hold rows. */
    StreamFormat format(String input) {
        var stream = pipeline.streams().get(input);
        return stream == null ? StreamFormat.AVRO : stream.format();
    }

    private Duration retention(String input) {
        var inner = pipeline.views().get(input);
        return inner == null ? pipeline.root(input).retention() : inner.policy().retention();
    }

    private RowIntake intake(String input) {
        var stream = pipeline.streams().get(input);
        return stream == null
                ? new ViewIntake(
                        columns(input),
                        inputCodec(input),
                        pipeline.root(input).partitions(),
                        Objects.requireNonNull(pipeline.views().get(input)).isInOrder())
                : StreamIntake.of(stream, registry).orThrow();
    }

    private RowCodec inputCodec(String input) {
        var stream = pipeline.streams().get(input);
        return codec(stream == null ? topology.viewAvroSchema(input) : stream.schema(), input);
    }

    /** A codec of the view's topic. */
    RowCodec codec() {
        return codec(topology.viewAvroSchema(view.name()), view.name());
    }

    private RowCodec codec(org.apache.avro.Schema schema, String topic) {
        return RowCodec.of(schema, topic + "-value", registry).orThrow();
    }

    /** What the view's topic holds. */
    Published published(int partition) {
        var codec = codec();
        var published = new Published(columns.size());
        source.read(
                new TopicPartition(view.name(), partition),
                StreamFormat.AVRO,
                schema(),
                Long.MAX_VALUE,
                (offset, row) -> published.add(key(row), row),
                record -> {
                    if (record.value() != null) {
                        var row = codec.decode(record.value()).orThrow();
                        published.add(key(row), row);
                    } else if (ControlRecord.fromKey(record.key()) instanceof Result.Ok<ControlRecord> ok
                            && ok.value().kind() == ControlRecord.Kind.BACKFILL_CUT) {
                        published.addBackfill(ok.value().fromNanos(), ok.value().toNanos());
                    }
                });
        return published;
    }

    /** Offsets of the late rows of a partition, by input. */
    Map<String, Set<Long>> late(int partition) {
        var schema = AvroArrow.toArrow(BuiltInSchemas.late()).orThrow();
        int input = indexOf(schema, "input");
        int of = indexOf(schema, "partition");
        int offset = indexOf(schema, "offset");
        var codec = codec(BuiltInSchemas.late(), Names.lateTopic(view.name()));
        var late = new HashMap<String, Set<Long>>();
        var from = new TopicPartition(Names.lateTopic(view.name()), partition);
        if (topics.first(from) > 0) {
            throw Source.hole(from, topics.first(from), -1);
        }
        topics.read(from, Long.MAX_VALUE, record -> {
            if (record.value() != null) {
                var row = codec.decode(record.value()).orThrow();
                if (row.longAt(of) == partition) {
                    late.computeIfAbsent(String.valueOf(row.valueAt(input)), key -> new HashSet<>())
                            .add(row.longAt(offset));
                }
            }
        });
        return late;
    }

    private static int indexOf(Schema schema, String name) {
        return schema.getFields().indexOf(schema.findField(name));
    }

    /** What tells a result from others. */
    ResultKey key(Row row) {
        var root = pipeline.root(view.name());
        var key = root.key().stream().map(columns::indexOf).toList();
        int sequence = columns.indexOf("row_offset");
        long time = TimeUnits.toNanos(
                row.longAt(columns.indexOf(root.time())), columns(root.name()).unit());
        return new ResultKey(SeriesKey.of(row, key), time, sequence < 0 ? 0 : row.longAt(sequence));
    }

    /** The batch answer over these rows. */
    java.util.TreeMap<ResultKey, List<@org.jspecify.annotations.Nullable Object>> batch(Map<String, BatchRows> inputs) {
        return new BatchView(view.policy(), topology.columns()).results(view, inputs);
    }

    /** The event time at which a result ends, exclusive. */
    long end(ResultKey key) {
        return switch (view) {
            case ViewSpec.Resample resample ->
                resample.windows()
                        .grid(TimeUnits.nanosPer(columns(view.from()).unit()))
                        .orThrow()
                        .to(key.timeNanos());
            default -> key.timeNanos() + TimeUnits.nanosPer(columns(view.from()).unit());
        };
    }
}
