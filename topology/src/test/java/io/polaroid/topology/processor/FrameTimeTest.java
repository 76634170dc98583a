package io.polaroid.topology.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.arrow.BatchWriter;
import io.polaroid.schemas.avro.AvroArrow;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BatchKey;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.frame.FrameCoalescer;
import io.polaroid.topology.frame.FrameSettings;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.row.StreamIntake;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames are picked by the times in them, not by those of their records. */
class FrameTimeTest {
    private static final String KEY = "BTC-USD";

    /** When the topic was filled, long after what is in it. */
    private static final long FILLED = 1_800_000_000_000L;

    private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    private final RowCodec codec =
            RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry).orThrow();
    private final BatchWriter writer =
            BatchWriter.of(AvroArrow.toArrow(BuiltInSchemas.trade()).orThrow());

    private FrameTime time(StreamFormat format) {
        var stream = new StreamSpec(
                "trades",
                BuiltInSchemas.trade(),
                List.of("symbol"),
                "ts",
                Optional.empty(),
                Duration.ofMinutes(1),
                List.of(),
                1,
                format);
        return new FrameTime(() -> StreamIntake.of(stream, registry).orThrow());
    }

    private static Row trade(long millis) {
        return ArrayRow.of(KEY, millis * 1_000, 1.5, 2.0, 0L);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] key, byte @Nullable [] value) {
        return new ConsumerRecord<>(
                "trades",
                0,
                offset,
                FILLED,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private ConsumerRecord<byte[], byte[]> record(StreamFormat format, long offset, long... millis) {
        if (format == StreamFormat.AVRO) {
            return record(offset, bytes(KEY), codec.encode(trade(millis[0])));
        }
        var rows = new ArrayList<Row>();
        for (long each : millis) {
            rows.add(trade(each));
        }
        return record(offset, BatchKey.bytes(), writer.write(rows));
    }

    /** The time of the frame that these records are joined into. */
    private static long of(
            FrameTime time, long before, ConsumerRecord<byte[], byte[]> first, ConsumerRecord<byte[], byte[]> last) {
        var polled = new ConsumerRecords<>(Map.of(new TopicPartition("trades", 0), List.of(first, last)), Map.of());
        var frames = new FrameCoalescer(Set.of("trades"), FrameSettings.standard()).polled(polled);
        assertThat(frames.count()).isEqualTo(1);
        var frame = frames.iterator().next();
        return time.extract(
                new ConsumerRecord<>(frame.topic(), frame.partition(), frame.offset(), frame.key(), frame.value()),
                before);
    }

    @ParameterizedTest
    @EnumSource(StreamFormat.class)
    void isThatOfTheLastRow(StreamFormat format) {
        var time = time(format);

        assertThat(of(time, -1, record(format, 0, 5_000, 5_100), record(format, 1, 7_000, 6_000)))
                .isEqualTo(format == StreamFormat.AVRO ? 7_000 : 6_000);
    }

    @ParameterizedTest
    @EnumSource(StreamFormat.class)
    void isThatOfTheRowsBeforeWhereTheLastRecordIsNone(StreamFormat format) {
        var time = time(format);

        assertThat(of(time, 4_000, record(format, 0, 5_000), record(1, bytes(KEY), bytes("junk"))))
                .isEqualTo(4_000);
        assertThat(time.extract(new ConsumerRecord<>("trades", 0, 3, bytes(KEY), bytes("junk")), -1))
                .as("a record without a timestamp")
                .isZero();
    }

    @Test
    void isNeverBelowZeroWhichKafkaStreamsWouldLeaveOut() {
        var early = record(StreamFormat.AVRO, 1, -5_000);

        assertThat(of(time(StreamFormat.AVRO), -1, record(StreamFormat.AVRO, 0, 5_000), early))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(StreamFormat.class)
    void isThatOfFeedHealth(StreamFormat format) {
        var heartbeat = new ControlRecord("feed/0", ControlRecord.Kind.HEARTBEAT, 9_000_000_000L, 9_000_000_000L, "*");

        assertThat(of(time(format), 4_000, record(format, 0, 5_000), record(1, heartbeat.toKey(), null)))
                .isEqualTo(9_000);
    }
}
