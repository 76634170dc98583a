package io.polaroid.topology;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.store.ResultTier;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.frame.FramedInput;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** A pipeline of one partition in a test driver: takes records, and keeps all that came out, by topic. */
final class Stage implements AutoCloseable {
    final Running running = new Running();
    private final Pipeline pipeline;
    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final PipelineTopology topology;
    private final TopologyTestDriver driver;
    private final Map<String, Long> sent = new HashMap<>();
    private final Map<String, FramedInput> inputs = new HashMap<>();
    private final IntSupplier frames;
    private final Map<String, List<TestRecord<byte[], byte[]>>> read = new HashMap<>();

    Stage(Pipeline pipeline, Path folder, BufferAllocator allocator) {
        this(pipeline, folder, allocator, () -> 1, () -> false);
    }

    /**
     * @param frames how many rows frames of streams have, asked for each
     * @param restarts whether an operator is made anew at a commit
     */
    Stage(Pipeline pipeline, Path folder, BufferAllocator allocator, IntSupplier frames, BooleanSupplier restarts) {
        this.pipeline = pipeline;
        this.frames = frames;
        this.topology =
                PipelineTopology.of(pipeline, registry, allocator, running).orThrow();
        topology.make(operators -> () -> new RestartedOperator(operators, restarts));
        var properties = DriverProperties.in(folder);
        this.driver = new TopologyTestDriver(topology.build(), properties);
    }

    /** Sends a trade and gives its offset. */
    long trade(String symbol, long ts, double price, double size) {
        var codec =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
        return send("trades", symbol, codec.encode(ArrayRow.of(symbol, ts, price, size, null)));
    }

    /** Sends a trade with the feed's id, or none. */
    long trade(String symbol, long ts, double price, double size, Long id) {
        var codec =
                RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
        return send("trades", symbol, codec.encode(ArrayRow.of(symbol, ts, price, size, id)));
    }

    long quote(String symbol, long ts, double bid) {
        var codec =
                RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry).orThrow();
        return send("quotes", symbol, codec.encode(ArrayRow.of(symbol, ts, bid, 1.0, 2.0, 1.0, null)));
    }

    long control(String topic, ControlRecord control) {
        return send(topic, control.toKey(), null);
    }

    private long send(String topic, String key, byte[] value) {
        return send(topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    long send(String topic, byte[] key, byte[] value) {
        inputs.computeIfAbsent(topic, name -> new FramedInput(driver, name, frames))
                .send(key, value);
        return sent.merge(topic, 0L, (before, zero) -> before + 1);
    }

    /** Ends the frames that have begun. */
    void endFrames() {
        inputs.values().forEach(FramedInput::flush);
    }

    long sent(String topic) {
        return sent.getOrDefault(topic, -1L) + 1;
    }

    /** All records of an output topic, from the first; their places are their offsets. */
    List<TestRecord<byte[], byte[]>> records(String topic) {
        var all = read.computeIfAbsent(topic, key -> new ArrayList<>());
        all.addAll(driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList());
        return all;
    }

    RowCodec codec(String view) {
        return RowCodec.of(topology.viewAvroSchema(view), view + "-value", registry)
                .orThrow();
    }

    List<String> columns(String view) {
        return codec(view).arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
    }

    /** What is in a view's topic as the plain records of the oracle. */
    List<ViewOracle.Record> published(String view) {
        var codec = codec(view);
        var columns = columns(view);
        int revision = columns.indexOf("revision");
        int rowOffset = columns.indexOf("row_offset");
        var records = new ArrayList<ViewOracle.Record>();
        long offset = 0;
        for (var record : records(view)) {
            if (record.value() == null) {
                records.add(
                        ViewOracle.control(ControlRecord.fromKey(record.key()).orThrow(), offset));
            } else {
                var row = copy(codec, record.value());
                records.add(new ViewOracle.Record(
                        row.isNull(revision) ? ViewOracle.Kind.SKIPPED : ViewOracle.Kind.ROW,
                        new String(record.key(), StandardCharsets.UTF_8),
                        row.longAt(1),
                        rowOffset < 0 ? 0 : row.longAt(rowOffset),
                        row,
                        offset,
                        null));
            }
            offset++;
        }
        return records;
    }

    List<Row> late(String view) {
        var codec = RowCodec.of(BuiltInSchemas.late(), view + ".late-value", registry)
                .orThrow();
        return records(view + ".late").stream()
                .map(record -> copy(codec, record.value()))
                .toList();
    }

    /** Rule 4 for every view: what was counted adds up to the records that its inputs have. */
    Map<String, Map<String, Long>> counts() {
        endFrames();
        return Counts.addUp(
                pipeline,
                running,
                input -> pipeline.views().containsKey(input) ? records(input).size() : sent(input));
    }

    /** All that the result tier of a view holds, as text, in order. */
    List<String> state(String view) {
        var tier = (ResultTier) driver.getStateStore(Names.resultStore(view));
        int cells = tier.resultSchema().getFields().size();
        var rows = new ArrayList<String>();
        tier.forEachRow(row -> rows.add(tier.series(row) + " " + tier.timeNanos(row) + " " + tier.sequence(row) + " "
                + IntStream.range(0, cells)
                        .mapToObj(cell -> String.valueOf(tier.result(row).valueAt(cell)))
                        .toList()));
        rows.sort(null);
        return rows;
    }

    static Row copy(RowCodec codec, byte[] value) {
        var row = codec.decode(value).orThrow();
        var cells = new Object[codec.arrowSchema().getFields().size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = row.valueAt(i);
        }
        return ArrayRow.of(cells);
    }

    @Override
    public void close() {
        try (driver) {
            var unused = counts();
        }
    }
}
