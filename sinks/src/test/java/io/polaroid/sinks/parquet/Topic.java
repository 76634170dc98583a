package io.polaroid.sinks.parquet;

import io.polaroid.schemas.record.ControlRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** One partition of a topic of rows, made by a seed, with everything in it that a sink can meet. */
final class Topic {
    static final String NAME = "bars_1m";
    static final TopicPartition PARTITION = new TopicPartition(NAME, 2);
    static final long START = 1_750_031_990_000_000L; // 2025-06-15T23:59:50Z

    static final Schema BAR = new Schema.Parser().parse("""
            {"type": "record", "name": "Bar", "fields": [
              {"name": "symbol", "type": "string"},
              {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "close", "type": ["null", "double"], "default": null},
              {"name": "revision", "type": ["null", "int"], "default": null},
              {"name": "published_at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}], "default": null}
            ]}""");
    static final Schema WIDER_BAR = new Schema.Parser().parse("""
            {"type": "record", "name": "Bar", "fields": [
              {"name": "symbol", "type": "string"},
              {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "close", "type": ["null", "double"], "default": null},
              {"name": "volume", "type": ["null", "double"], "default": null},
              {"name": "revision", "type": ["null", "int"], "default": null},
              {"name": "published_at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}], "default": null}
            ]}""");

    final FakeRegistry registry = new FakeRegistry();
    final List<SinkRecord> records = new ArrayList<>();
    final List<String> published = new ArrayList<>();
    private final int bar;
    private final int widerBar;
    private long next = 7;

    Topic() {
        bar = registry.register(NAME + "-value", BAR).orThrow();
        widerBar = registry.register(NAME + "-value", WIDER_BAR).orThrow();
    }

    /** A partition of {@code size} records: rows out of order around a midnight, and all that is to be skipped. */
    static Topic random(SplittableRandom random, int size) {
        var topic = new Topic();
        long now = START;
        while (topic.records.size() < size) {
            now += random.nextInt(400_000);
            long disorder = random.nextInt(4) == 0 ? random.nextInt(20_000_000) : 0;
            switch (random.nextInt(20)) {
                case 0 -> topic.provisional(now);
                case 1 -> topic.tombstone();
                case 2 -> topic.control();
                case 3 -> topic.garbage(random);
                case 4 -> topic.wider(now - disorder, random.nextInt(1000) + 0.5);
                case 5 -> topic.gap(1 + random.nextInt(3));
                default -> topic.row(now - disorder, random.nextInt(1000) + 0.5);
            }
        }
        return topic;
    }

    void row(long micros, double close) {
        add(bar, BAR, micros, close, 0);
        published.add((next - 1) + " " + micros + " " + close);
    }

    void wider(long micros, double close) {
        add(widerBar, WIDER_BAR, micros, close, 1);
        published.add((next - 1) + " " + micros + " " + close);
    }

    void provisional(long micros) {
        add(bar, BAR, micros, 1.0, -1);
    }

    void tombstone() {
        append("BTCUSDT".getBytes(StandardCharsets.UTF_8), null);
    }

    void control() {
        append((ControlRecord.KEY_PREFIX + "{}").getBytes(StandardCharsets.UTF_8), null);
    }

    void heartbeat(long micros) {
        long nanos = micros * 1_000;
        append(new ControlRecord("exchange/0", ControlRecord.Kind.HEARTBEAT, nanos, nanos, "*").toKey(), null);
    }

    /** A value that is no row of this table: no header, an unknown schema, cut short, or with something behind it. */
    void garbage(SplittableRandom random) {
        byte[] value = wire(bar, cells(BAR, START, 1.0, 0));
        byte[] broken = switch (random.nextInt(6)) {
            case 0 -> new byte[] {1, 2, 3};
            case 1 -> wire(999, cells(BAR, START, 1.0, 0));
            case 2 -> java.util.Arrays.copyOf(value, value.length - 1 - random.nextInt(value.length - 6));
            case 3 -> new byte[] {0, 0, 0, 0, (byte) bar, -2, -1, -1, -1, 15, 'x'};
            case 4 -> new byte[] {0, 0, 0, 0, (byte) bar, -128, -128, -128, -128, 4, 'x'};
            default -> java.util.Arrays.copyOf(value, value.length + 1);
        };
        append(new byte[] {'k'}, broken);
    }

    /** Offsets that nobody sees: transaction markers. */
    void gap(int length) {
        next += length;
    }

    private void add(int id, Schema schema, long micros, double close, int revision) {
        append(new byte[] {'k'}, wire(id, cells(schema, micros, close, revision)));
    }

    void append(byte[] key, byte[] value) {
        records.add(new SinkRecord(NAME, PARTITION.partition(), null, key, null, value, next++));
    }

    private static GenericRecord cells(Schema schema, long micros, double close, int revision) {
        var cells = new GenericData.Record(schema);
        cells.put("symbol", "BTCUSDT");
        cells.put("ts", micros);
        cells.put("close", close);
        if (revision >= 0) {
            cells.put("revision", revision);
            cells.put("published_at", micros + 60_000_000);
        }
        return cells;
    }

    static byte[] wire(int id, GenericRecord cells) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(cells.getSchema()).write(cells, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
