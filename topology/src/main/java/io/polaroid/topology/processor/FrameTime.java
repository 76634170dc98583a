package io.polaroid.topology.processor;

import io.polaroid.store.RowBatch;
import io.polaroid.store.RowIntake;
import io.polaroid.topology.frame.RowFrame;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The event time of a frame's last row. Kafka Streams takes that input of a task next whose frame has the least time, and uses it
 * for nothing else of ours; so a join takes its inputs side by side whatever producers set as timestamps: records of a topic that
 * was filled before the other one would all come first, and each left row would wait for its match.
 */
final class FrameTime implements TimestampExtractor {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Threads share the extractor of a topic. */
    private final ThreadLocal<RowIntake> intakes;

    FrameTime(RowIntake.Factory intake) {
        this.intakes = ThreadLocal.withInitial(intake::create);
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        var frame = RowFrame.of(record);
        var nanos = nanos(intakes.get(), frame, frame.size() - 1);
        if (nanos.isPresent()) {
            return Math.max(0, Math.floorDiv(nanos.getAsLong(), NANOS_PER_MILLI));
        }
        // What is no row goes with the rows before it.
        return partitionTime >= 0 ? partitionTime : Math.max(0, record.timestamp());
    }

    private static OptionalLong nanos(RowIntake intake, RowFrame frame, int last) {
        Optional<RowBatch> batch =
                intake.open(frame.partition(), frame.valueBytes(last), frame.valueFrom(last), frame.valueLength(last));
        var row = batch.map(rows -> rows.admit(rows.rows().size() - 1))
                .orElseGet(() -> intake.admit(frame.partition(), frame.key(last), frame.value(last)));
        return switch (row) {
            case RowIntake.RowIn in -> OptionalLong.of(in.timeNanos());
            case RowIntake.ControlIn in -> OptionalLong.of(in.control().fromNanos());
            case RowIntake.MisroutedIn in -> OptionalLong.empty();
            case RowIntake.ProvisionalIn in -> OptionalLong.empty();
            case RowIntake.MalformedIn in -> OptionalLong.empty();
        };
    }
}
