package io.polaroid.topology.processor;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Takes a stream's records into its row tier, row by row, and passes each on to the views. What is not a row goes to the
 * dead-letter topic; a row in a wrong partition goes to the right one, in the same transaction.
 */
public final class StreamProcessor implements Processor<byte[], byte[], Object, Object> {
    private final String stream;
    private final List<String> views;
    private final RowCodec deadLetters;
    private final Running running;
    private ProcessorContext<Object, Object> context;
    private RowTier rows;

    /**
     * A processor of one partition.
     *
     * @param stream stream name
     * @param views views on the stream, in declared order
     * @param deadLetters codec of the dead-letter topic
     * @param running where its row tier is announced while it runs
     */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    public StreamProcessor(String stream, List<String> views, RowCodec deadLetters, Running running) {
        this.stream = stream;
        this.views = views.stream().map(Names::processor).toList();
        this.deadLetters = deadLetters;
        this.running = running;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
        this.rows = Objects.requireNonNull(context.getStateStore(Names.rowStore(stream)));
        running.started(stream, context.taskId().partition(), rows);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var frame = RowFrame.single(record, context.recordMetadata().orElseThrow());
        for (int i = 0; i < frame.size(); i++) {
            take(frame, i);
        }
    }

    private void take(RowFrame frame, int index) {
        var applied = rows.apply(frame.partition(), frame.offset(index), frame.key(index), frame.value(index));
        switch (applied) {
            case RowTier.Misrouted misrouted -> reroute(frame, index, misrouted.series());
            case RowTier.Malformed malformed -> bury(frame, index, malformed.problem());
            case RowTier.Accepted accepted -> {}
            case RowTier.Duplicate duplicate -> {}
            case RowTier.Control control -> {}
        }
        var row = new Record<Object, Object>(
                stream, new StreamRow(stream, frame.partition(), applied), Math.max(0, frame.timestamp(index)));
        for (String view : views) {
            context.forward(row, view);
        }
    }

    private void reroute(RowFrame frame, int index, String series) {
        context.forward(
                new Record<Object, Object>(
                        series.getBytes(StandardCharsets.UTF_8),
                        frame.value(index),
                        Math.max(0, frame.timestamp(index)),
                        frame.headers(index)),
                Names.rerouteSink(stream));
    }

    private void bury(RowFrame frame, int index, Problem problem) {
        var value = frame.value(index);
        var letter = ArrayRow.of(
                problem.code().slug(),
                problem.detail(),
                "topic:" + stream,
                stream,
                (long) frame.partition(),
                frame.offset(index),
                frame.key(index),
                value == null ? new byte[0] : value);
        context.forward(
                new Record<Object, Object>(
                        stream.getBytes(StandardCharsets.UTF_8),
                        deadLetters.encode(letter),
                        Math.max(0, frame.timestamp(index))),
                Names.deadLetterSink(stream));
    }

    @Override
    public void close() {
        running.stopped(rows);
    }
}
