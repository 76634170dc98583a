package io.polaroid.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.arrow.BatchReader;
import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BatchKey;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.frame.FramedInput;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream of Arrow batches is the stream of its rows: all that comes of it is what comes of the same rows in Avro, one a record. */
class ArrowStreamTest {
    private static final long BASE = 1_723_161_256_000_000L;
    private static final List<String> STREAMS = List.of("trades", "quotes");
    private static final Schema TRADE =
            AvroArrow.toArrow(BuiltInSchemas.trade()).orThrow();
    private static final Schema QUOTE =
            AvroArrow.toArrow(BuiltInSchemas.quote()).orThrow();

    @TempDir
    Path folder;

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final Map<String, RowCodec> codecs = Map.of(
            "trades", codec(BuiltInSchemas.trade(), "trades"), "quotes", codec(BuiltInSchemas.quote(), "quotes"));
    private final Map<String, BatchWriter> writers =
            Map.of("trades", BatchWriter.of(TRADE), "quotes", BatchWriter.of(QUOTE));

    /** What a topic gets: a row, or a record that is the same in both formats. */
    private record Sent(String topic, Optional<Row> row, byte[] key, byte[] value) {}

    private RowCodec codec(org.apache.avro.Schema schema, String topic) {
        return RowCodec.of(schema, topic + "-value", registry).orThrow();
    }

    private static Pipeline pipeline(StreamFormat format, Duration disorder, Duration grace) {
        var market = Market.pipeline(disorder, grace);
        var views = new ArrayList<>(market.views().values());
        var policy = views.getFirst().policy();
        views.add(new ViewSpec.Session("sessions", "trades", Duration.ofMillis(300), Market.ohlcv(), policy));
        return Pipeline.of(
                market.application(),
                market.guarantee(),
                1,
                market.streams().values().stream()
                        .map(stream -> in(stream, format))
                        .toList(),
                views);
    }

    private static StreamSpec in(StreamSpec stream, StreamFormat format) {
        return new StreamSpec(
                stream.name(),
                stream.schema(),
                stream.key(),
                stream.time(),
                stream.id(),
                stream.retention(),
                stream.checks(),
                stream.partitions(),
                format);
    }

    private List<Sent> records(long seed) {
        var random = new SplittableRandom(seed);
        var records = new ArrayList<Sent>();
        long now = BASE;
        for (int i = 0; i < 1_200; i++) {
            now += random.nextLong(80_000);
            long ts = now - (random.nextInt(6) == 0 ? random.nextLong(5_000_000) : 0);
            var symbol = List.of("A", "B", "C|D", "É", "").get(random.nextInt(5));
            double price = 100 + random.nextInt(400) / 8.0;
            Object id = random.nextInt(5) == 0 ? null : random.nextLong(900);
            records.add(
                    switch (random.nextInt(40)) {
                        case 0 -> row("trades", symbol, ts, Double.NaN, 1.0, id);
                        case 1 -> row("trades", symbol, ts, -price, 1.0, id);
                        case 2 -> row("trades", symbol, Long.MIN_VALUE + i, price, 1.0, id);
                        case 3 -> row("trades", symbol, ts, price, Double.POSITIVE_INFINITY, id);
                        case 4 -> new Sent("trades", Optional.empty(), key(symbol), new byte[] {0, 1, 2});
                        case 5 ->
                            new Sent(
                                    "trades",
                                    Optional.empty(),
                                    new ControlRecord("feed", ControlRecord.Kind.HEARTBEAT, ts * 1_000, ts * 1_000, "*")
                                            .toKey(),
                                    null);
                        case 6, 7, 8, 9, 10, 11, 12, 13 -> row("quotes", symbol, ts, 1.0, 1.0, 2.0, 1.0, (long) i);
                        default -> row("trades", symbol, ts, price, random.nextDouble(), id);
                    });
        }
        return records;
    }

    private Sent row(String topic, Object... cells) {
        var row = ArrayRow.of(cells);
        return new Sent(
                topic,
                Optional.of(row),
                SeriesKey.of(row, List.of(0)).getBytes(StandardCharsets.UTF_8),
                codecs.get(topic).encode(row));
    }

    private static byte[] key(String series) {
        return series.getBytes(StandardCharsets.UTF_8);
    }

    /** Sends rows as they are, or together; tells at which number each record of the first form stands in the second. */
    private Map<String, Map<Long, Long>> send(
            TopologyTestDriver driver, List<Sent> records, StreamFormat format, IntSupplier frames, IntSupplier rows) {
        var numbers = new HashMap<String, Map<Long, Long>>();
        for (String topic : STREAMS) {
            var input = new FramedInput(driver, topic, frames);
            var known = new LinkedHashMap<Long, Long>();
            var waiting = new ArrayList<Row>();
            long[] offset = {0};
            Runnable batch = () -> {
                if (!waiting.isEmpty()) {
                    input.send(BatchKey.bytes(), writers.get(topic).write(List.copyOf(waiting)));
                    waiting.clear();
                    offset[0]++;
                }
            };
            int size = rows.getAsInt();
            for (Sent sent :
                    records.stream().filter(one -> one.topic().equals(topic)).toList()) {
                if (format == StreamFormat.AVRO || sent.row().isEmpty()) {
                    batch.run();
                    known.put(format.position(offset[0]++, 0), (long) known.size());
                    input.send(sent.key(), sent.value());
                    continue;
                }
                known.put(format.position(offset[0], waiting.size()), (long) known.size());
                waiting.add(sent.row().get());
                if (waiting.size() >= size) {
                    batch.run();
                    size = rows.getAsInt();
                }
            }
            batch.run();
            input.flush();
            numbers.put(topic, known);
        }
        return numbers;
    }

    private void drive(Pipeline pipeline, Consumer<TopologyTestDriver> test) {
        var properties = DriverProperties.in(folder);
        try (var allocator = new RootAllocator()) {
            var topology = PipelineTopology.of(pipeline, registry, allocator, new Running())
                    .orThrow();
            topology.registerSchemas();
            try (var driver = new TopologyTestDriver(topology.build(), properties)) {
                test.accept(driver);
            }
        }
    }

    private static List<TestRecord<byte[], byte[]>> output(TopologyTestDriver driver, String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    /** All that comes of records, as text, with the numbers of rows as they are in Avro. */
    private Map<String, List<String>> answers(
            StreamFormat format, Pipeline pipeline, List<Sent> records, IntSupplier frames, IntSupplier rows) {
        var answers = new TreeMap<String, List<String>>();
        drive(pipeline, driver -> {
            var numbers = send(driver, records, format, frames, rows);
            for (ViewSpec view : pipeline.views().values()) {
                LongUnaryOperator number =
                        at -> Objects.requireNonNull(numbers.get(view.from()).get(at));
                answers.put(view.name(), published(driver, pipeline, view, number));
                answers.put(view.name() + ".late", late(driver, view, numbers));
                var tier = (ResultTier) driver.getStateStore(view.name() + "-results");
                answers.put(
                        view.name() + " counts",
                        view.inputs().stream()
                                .flatMap(input -> Running.OUTCOMES.stream().map(outcome -> input + "." + outcome))
                                .map(count -> count + "=" + tier.count(count))
                                .toList());
            }
            answers.put("dead letters", letters(driver, format, numbers));
            for (String stream : STREAMS) {
                answers.put(stream, tier(driver, stream, numbers.get(stream)));
            }
        });
        return answers;
    }

    private List<String> published(
            TopologyTestDriver driver, Pipeline pipeline, ViewSpec view, LongUnaryOperator number) {
        var codec = codec(schema(pipeline, view.name()), view.name());
        var columns = codec.arrowSchema().getFields().stream()
                .map(field -> field.getName())
                .toList();
        int revision = columns.indexOf("revision");
        var lines = new ArrayList<String>();
        for (var record : output(driver, view.name())) {
            if (record.value() == null) {
                lines.add(new String(record.key(), StandardCharsets.UTF_8));
                continue;
            }
            var row = codec.decode(record.value()).orThrow();
            if (!row.isNull(revision)) {
                var cells = new ArrayList<Object>();
                for (int i = 0; i < columns.size(); i++) {
                    var cell = row.valueAt(i);
                    cells.add(
                            switch (columns.get(i)) {
                                case "row_offset" -> number.applyAsLong(row.longAt(i));
                                // Of two inputs it does not say which one it is about.
                                case "published_offset" ->
                                    view.inputs().size() > 1 ? "one of two" : number.applyAsLong(row.longAt(i));
                                default -> cell;
                            });
                }
                lines.add(cells.toString());
            }
        }
        return lines;
    }

    private org.apache.avro.Schema schema(Pipeline pipeline, String view) {
        try (var allocator = new RootAllocator()) {
            return PipelineTopology.of(pipeline, registry, allocator, new Running())
                    .orThrow()
                    .viewAvroSchema(view);
        }
    }

    private List<String> late(TopologyTestDriver driver, ViewSpec view, Map<String, Map<Long, Long>> numbers) {
        var codec = codec(BuiltInSchemas.late(), view.name() + ".late");
        return output(driver, view.name() + ".late").stream()
                .map(record -> {
                    var row = codec.decode(record.value()).orThrow();
                    var cells = IntStream.range(0, 11).mapToObj(row::valueAt).toArray();
                    cells[9] = numbers.get((String) row.valueAt(1)).get(row.longAt(9));
                    return Arrays.toString(cells);
                })
                .toList();
    }

    /** Reason, detail, number and row of each. */
    private List<String> letters(TopologyTestDriver driver, StreamFormat format, Map<String, Map<Long, Long>> numbers) {
        var codec = codec(BuiltInSchemas.deadLetter(), "market.dead-letter");
        var reader = BatchReader.of(TRADE, List.of(0));
        return output(driver, "market.dead-letter").stream()
                .map(record -> {
                    var letter = codec.decode(record.value()).orThrow();
                    var detail = String.valueOf(letter.valueAt(1));
                    byte[] payload = (byte[]) Objects.requireNonNull(letter.valueAt(7));
                    int index = 0;
                    Optional<Row> row;
                    if (detail.startsWith("row ")) {
                        index = Integer.parseInt(detail.split(" ")[1]);
                        detail = detail.substring(detail.indexOf(": ") + 2);
                        row = Optional.of(reader.read(payload, 0, payload.length)
                                .orThrow()
                                .at(0));
                    } else if (payload.length == 3) {
                        row = Optional.empty();
                        detail = "no row";
                    } else {
                        row = Optional.of(codecs.get("trades").decode(payload).orThrow());
                    }
                    long number = numbers.get("trades").get(format.position(letter.longAt(5), index));
                    return letter.valueAt(0) + " " + detail + " " + letter.valueAt(2) + " " + letter.valueAt(4) + " "
                            + number + " "
                            + row.map(cells -> IntStream.range(0, 5)
                                    .mapToObj(cells::valueAt)
                                    .toList());
                })
                .toList();
    }

    private static List<String> tier(TopologyTestDriver driver, String stream, Map<Long, Long> numbers) {
        var rows = new ArrayList<String>();
        var tier = (RowTier) driver.getStateStore(stream + "-rows");
        for (String key : tier.seriesKeys()) {
            var series = tier.series(key);
            for (int i = 0; i < series.size(); i++) {
                var cells =
                        IntStream.range(0, 5).mapToObj(series.row(i)::valueAt).toList();
                rows.add(key + " " + series.timeNanos(i) + " " + numbers.get(series.offset(i)) + " "
                        + series.progressBefore(i) + " " + cells);
            }
        }
        rows.add(tier.progress() + " " + numbers.get(tier.lastOffset()) + " " + tier.seriesKeys());
        return rows;
    }

    @ParameterizedTest(name = "seed {0}, disorder {1} ms, grace {2} ms")
    @CsvSource({"1,0,0", "2,700,2000", "3,0,5000", "4,1000,0", "5,500,500"})
    void givesTheAnswersOfTheSameRowsInAvro(long seed, long disorderMillis, long graceMillis) {
        var disorder = Duration.ofMillis(disorderMillis);
        var grace = Duration.ofMillis(graceMillis);
        var records = records(seed);
        var sizes = new SplittableRandom(seed);
        // When
        var rowByRow =
                answers(StreamFormat.AVRO, pipeline(StreamFormat.AVRO, disorder, grace), records, () -> 1, () -> 1);
        var arrow = pipeline(StreamFormat.ARROW, disorder, grace);
        var small = answers(StreamFormat.ARROW, arrow, records, () -> 1 + sizes.nextInt(5), () -> 1 + sizes.nextInt(4));
        var large =
                answers(StreamFormat.ARROW, arrow, records, () -> 1 + sizes.nextInt(50), () -> 1 + sizes.nextInt(400));
        // Then
        assertThat(rowByRow.get("dead letters")).hasSizeGreaterThan(50);
        assertThat(rowByRow.get("bars_1s")).hasSizeGreaterThan(50);
        assertThat(small).isEqualTo(rowByRow);
        assertThat(large).isEqualTo(rowByRow);
        // And without views that take rows one by one
        var inFrames = Market.only(arrow, List.of("bars_1s", "bars_1m", "vwap_5s"));
        assertThat(answers(
                        StreamFormat.ARROW,
                        inFrames,
                        records,
                        () -> 1 + sizes.nextInt(20),
                        () -> 1 + sizes.nextInt(90)))
                .allSatisfy((what, lines) -> assertThat(rowByRow).containsEntry(what, lines));
    }

    @Test
    void rowsOfARecordWithoutKeyComeBackInOneBatch() {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < 50; i++) {
            rows.add(ArrayRow.of("A", BASE + i * 1_000_000L, i == 7 ? Double.NaN : 1.0 + i, 1.0, (long) i));
        }
        for (String view : List.of("bars_1s", "sessions")) {
            drive(Market.only(pipeline(StreamFormat.ARROW, Duration.ZERO, Duration.ZERO), List.of(view)), driver -> {
                var input = driver.createInputTopic(
                        "trades",
                        Serdes.ByteArray().serializer(),
                        Serdes.ByteArray().serializer());
                // When
                input.pipeInput((byte[]) null, writers.get("trades").write(rows));
                // Then
                var rerouted = output(driver, "trades");
                assertThat(rerouted).singleElement().satisfies(record -> {
                    assertThat(record.key()).isEqualTo(BatchKey.bytes());
                    var read = BatchReader.of(TRADE, List.of(0))
                            .read(record.value(), 0, record.value().length)
                            .orThrow();
                    assertThat(read.size()).isEqualTo(49);
                });
                var tier = (RowTier) driver.getStateStore("trades-rows");
                assertThat(tier.series("A").size()).isEqualTo(49);
                assertThat(tier.lastOffset()).isEqualTo(StreamFormat.ARROW.position(1, 48));
                assertThat(output(driver, "market.dead-letter")).hasSize(1);
                var counts = (ResultTier) driver.getStateStore(view + "-results");
                assertThat(counts.count("trades.rerouted")).isEqualTo(49);
                assertThat(counts.count("trades.dead_letter")).isEqualTo(1);
                assertThat(counts.count("trades.on_time")).isEqualTo(49);
            });
        }
    }
}
