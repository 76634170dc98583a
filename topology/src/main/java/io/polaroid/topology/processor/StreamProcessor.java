package io.polaroid.topology.processor;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.topology.Names;
import io.polaroid.topology.frame.RowFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stream's records into its row tier, frame by frame, and passes them on to the views. What is not a row goes to the
 * dead-letter topic; a row in a wrong partition goes to the right one, in the same transaction.
 */
public final class StreamProcessor implements Processor<byte[], byte[], Object, Object> {
    /** Key and value with this and all around them stay below what a record may have, 1 MiB by default. */
    static final int KEPT_BYTES = 400_000;

    private static final int KEPT_DETAIL = 1_000;

    /** What keys of control records begin with. */
    private static final byte CONTROL = (byte) ControlRecord.KEY_PREFIX.charAt(0);

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
        var frame = RowFrame.of(record, context.recordMetadata().orElseThrow());
        int from = 0;
        for (int i = 0; i < frame.size(); i++) {
            if (saysOfFeed(frame, i)) {
                take(frame.slice(from, i), record.timestamp());
                take(frame.slice(i, i + 1), record.timestamp());
                from = i + 1;
            }
        }
        take(from == 0 ? frame : frame.slice(from, frame.size()), record.timestamp());
    }

    /** Whether a record tells how the feed is: the row tier must not know it while views take the rows before it. */
    private static boolean saysOfFeed(RowFrame frame, int index) {
        if (frame.keyLength(index) <= 0 || frame.keyBytes(index)[frame.keyFrom(index)] != CONTROL) {
            return false;
        }
        byte[] key = frame.key(index);
        return key != null
                && ControlRecord.fromKey(key) instanceof Result.Ok<ControlRecord>(var control)
                && switch (control.kind()) {
                    case DOWN, UP, GAP -> true;
                    case HEARTBEAT, PROGRESS, END_OF_SNAPSHOT, BACKFILL_CUT -> false;
                };
    }

    private void take(RowFrame frame, long timestamp) {
        if (frame.size() == 0) {
            return;
        }
        var applied = rows.applyAll(frame);
        for (int i = 0; i < applied.size(); i++) {
            if (!applied.isAccepted(i)) {
                send(frame, i, applied.applied(i));
            }
        }
        var record = new Record<Object, Object>(stream, new StreamFrame(stream, applied), timestamp);
        for (String view : views) {
            context.forward(record, view);
        }
    }

    private void send(RowFrame frame, int index, RowTier.Applied applied) {
        switch (applied) {
            case RowTier.Misrouted misrouted -> reroute(frame, index, misrouted.series());
            case RowTier.Malformed malformed -> bury(frame, index, malformed.problem());
            case RowTier.Accepted accepted -> {}
            case RowTier.Duplicate duplicate -> {}
            case RowTier.Control control -> {}
            case RowTier.Provisional provisional -> {}
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
                detail(frame.key(index), value, problem),
                "topic:" + stream,
                stream,
                (long) frame.partition(),
                frame.offset(index),
                cut(frame.key(index)),
                value == null ? new byte[0] : cut(value));
        context.forward(
                new Record<Object, Object>(
                        stream.getBytes(StandardCharsets.UTF_8),
                        deadLetters.encode(letter),
                        Math.max(0, frame.timestamp(index)),
                        frame.headers(index)),
                Names.deadLetterSink(stream));
    }

    private static String detail(byte @Nullable [] key, byte @Nullable [] value, Problem problem) {
        var detail = problem.detail();
        if (detail.length() > KEPT_DETAIL) {
            detail = detail.substring(0, KEPT_DETAIL) + " ...";
        }
        boolean whole = length(key) <= KEPT_BYTES && length(value) <= KEPT_BYTES;
        return whole
                ? detail
                : detail + "; key and value of " + length(key) + " and " + length(value) + " bytes are cut to "
                        + KEPT_BYTES;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte @Nullable [] cut(byte @Nullable [] bytes) {
        return bytes == null || bytes.length <= KEPT_BYTES ? bytes : Arrays.copyOf(bytes, KEPT_BYTES);
    }

    @Override
    public void close() {
        running.stopped(rows);
    }
}
