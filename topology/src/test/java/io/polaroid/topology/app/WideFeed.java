package io.polaroid.topology.app;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.topology.pipeline.Pipeline;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Readings of many devices, each with many channels; one device sends half of all. What they must add up to is kept beside. */
final class WideFeed implements AutoCloseable {
    static final int PARTITIONS = 4;

    private static final int CHANNELS = 160;
    private static final long BASE = 1_723_161_600_000_000L;
    private static final long HOUR = 3_600_000_000L;
    private static final int HOURS = 3;
    private static final long JITTER = 5_000_000L;

    /** Before all readings. */
    static final Instant BEGIN = Instant.ofEpochSecond(BASE / 1_000_000).minusSeconds(60);

    /** Behind all readings. */
    static final Instant END = BEGIN.plusSeconds(60 + 3_600L * (HOURS + 2));

    private final int rows;
    private final int devices;
    private final RowCodec codec;
    private final KafkaProducer<byte[], byte[]> producer;
    private final byte[][] keys;
    private final Map<String, Long> ends = new ConcurrentHashMap<>();
    private final Total[][] totals;

    /** What is known of a device and hour. */
    private static final class Total {
        long count;
        long sum;
        long lastTime = Long.MIN_VALUE;
        long last;
    }

    WideFeed(String servers, HashRegistry registry, int rows, int devices) {
        this.rows = rows;
        this.devices = devices;
        this.codec = RowCodec.of(schema(), "readings-value", registry).orThrow();
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "linger.ms", 20, "batch.size", 1 << 18, "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.keys = new byte[devices][];
        for (int device = 0; device < devices; device++) {
            keys[device] = name(device).getBytes(StandardCharsets.UTF_8);
        }
        this.totals = new Total[devices][HOURS + 1];
    }

    /** Bars of an hour over the readings, and rows that are kept for good. */
    static Pipeline pipeline() {
        var keep = Duration.ofDays(30);
        var aggregates = new LinkedHashMap<String, String>();
        aggregates.put("n", "count(c0)");
        aggregates.put("total", "sum(c1)");
        aggregates.put("latest", "last(c2)");
        return Pipeline.of(
                "market",
                Pipeline.Guarantee.EXACTLY_ONCE_V2,
                1,
                List.of(new StreamSpec(
                        "readings", schema(), List.of("device"), "ts", Optional.empty(), keep, List.of(), PARTITIONS)),
                List.of(new ViewSpec.Resample(
                        "hours",
                        "readings",
                        Duration.ofHours(1),
                        aggregates,
                        new ViewSpec.Policy(
                                Duration.ofSeconds(10),
                                Duration.ZERO,
                                keep,
                                ViewSpec.Emit.CLOSE,
                                ViewSpec.Late.SIDE))));
    }

    static Schema schema() {
        var fields =
                SchemaBuilder.record("Reading").namespace("io.polaroid.test").fields();
        fields.requiredString("device");
        fields.name("ts")
                .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
                .noDefault();
        for (int channel = 0; channel < CHANNELS; channel++) {
            fields.requiredDouble("c" + channel);
        }
        return fields.endRecord();
    }

    static String name(int device) {
        return "D" + device;
    }

    /** Sends all rows, and what ends them. */
    void play() {
        play(0, rows);
        end();
    }

    /** Sends some of the rows. */
    void play(int from, int to) {
        for (int number = from; number < to; number++) {
            int device = number % 2 == 0 ? 0 : 1 + Math.floorMod(number * 0x9E3779B1, devices - 1);
            long ts = BASE
                    + (long) ((double) number / rows * HOURS * HOUR)
                    - (number % 10 == 9 ? number * 7_919L % JITTER : 0);
            take(device, ts, number);
            send(keys[device], name(device), ts, number);
        }
        producer.flush();
    }

    /** Sends a row for each partition that closes all hours. */
    void end() {
        for (int partition = 0, next = 0; partition < PARTITIONS; next++) {
            if (SeriesKey.partition("END" + next, PARTITIONS) == partition) {
                send(("END" + next).getBytes(StandardCharsets.UTF_8), "END" + next, BASE + (HOURS + 1) * HOUR, 0);
                partition++;
                next = -1;
            }
        }
        producer.flush();
    }

    private void take(int device, long ts, int number) {
        int hour = (int) Math.floorDiv(ts - BASE + HOUR, HOUR);
        var total = totals[device][hour];
        if (total == null) {
            total = new Total();
            totals[device][hour] = total;
        }
        total.count++;
        total.sum += number % 1_000;
        if (ts >= total.lastTime) {
            total.lastTime = ts;
            total.last = number;
        }
    }

    private void send(byte[] key, String device, long ts, int number) {
        var cells = new Object[CHANNELS + 2];
        cells[0] = device;
        cells[1] = ts;
        for (int channel = 0; channel < CHANNELS; channel++) {
            cells[channel + 2] = channel == 1 ? number % 1_000.0 : channel == 2 ? number : number + channel / 128.0;
        }
        int partition = SeriesKey.partition(device, PARTITIONS);
        producer.send(
                new ProducerRecord<>("readings", partition, key, codec.encode(ArrayRow.of(cells))),
                (where, failure) -> {
                    if (failure != null) {
                        throw new IllegalStateException(failure);
                    }
                    ends.merge("readings-" + partition, where.offset() + 1, Math::max);
                });
    }

    /** Where each partition ends. */
    Map<String, Long> ends() {
        return Map.copyOf(ends);
    }

    /** What must be published of the devices: {@code device/start} to {@code [n, total, latest]}. */
    Map<String, String> expected() {
        var expected = new HashMap<String, String>();
        for (int device = 0; device < devices; device++) {
            for (int hour = 0; hour <= HOURS; hour++) {
                var total = totals[device][hour];
                if (total != null) {
                    expected.put(
                            name(device) + "/" + (BASE + (hour - 1) * HOUR),
                            List.of(total.count, (double) total.sum, (double) total.last)
                                    .toString());
                }
            }
        }
        return expected;
    }

    /** What the row tier must say of a device: rows, and the sum of channel 1. */
    String digest(int device) {
        long count = 0;
        long sum = 0;
        for (var total : totals[device]) {
            count += total == null ? 0 : total.count;
            sum += total == null ? 0 : total.sum;
        }
        return count + " " + sum;
    }

    @Override
    public void close() {
        producer.close();
    }
}
