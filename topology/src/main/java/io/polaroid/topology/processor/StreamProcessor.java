package io.polaroid.topology.processor;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.RowTier;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.Names;
import io.polaroid.topology.frame.RowFrame;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Takes a stream's records into its row tier, frame by frame, and passes them on to the views. What is not a row goes to the
 * dead-letter topic; a row in a wrong partition goes to the right one, in the same transaction.
 */
public final class StreamProcessor implements Processor<byte[], byte[], Object, Object> {
    /** What keys of control records begin with. */
    private static final byte CONTROL = (byte) ControlRecord.KEY_PREFIX.charAt(0);

    private final String stream;
    private final List<String> views;
    private final Refused refused;
    private final Running running;
    private ProcessorContext<Object, Object> context;
    private RowTier rows;

    /**
     * A processor of one partition.
     *
     * @param stream stream name
     * @param views views on the stream, in declared order
     * @param refused what goes out for what it does not take
     * @param running where its row tier is announced while it runs
     */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    StreamProcessor(String stream, List<String> views, Refused refused, Running running) {
        this.stream = stream;
        this.views = views.stream().map(Names::processor).toList();
        this.refused = refused;
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
                Optional<Row> row = applied.isOfMany(i) ? Optional.of(applied.row(i)) : Optional.empty();
                send(frame, applied.record(i), applied.applied(i), row);
            }
            if (applied.isOfMany(i) && (i + 1 == applied.size() || applied.record(i + 1) != applied.record(i))) {
                refused.rerouteKept(frame, applied.record(i), this::reroute);
            }
        }
        var record = new Record<Object, Object>(stream, new StreamFrame(stream, applied), timestamp);
        for (String view : views) {
            context.forward(record, view);
        }
    }

    private void send(RowFrame frame, int record, RowTier.Applied applied, Optional<Row> row) {
        switch (applied) {
            case RowTier.Misrouted misrouted -> {
                if (row.isPresent()) {
                    refused.keep(misrouted.series(), row.get());
                } else {
                    reroute(refused.rerouted(frame, record, misrouted.series()));
                }
            }
            case RowTier.Malformed malformed ->
                context.forward(refused.letter(frame, record, malformed, row), Names.deadLetterSink(stream));
            case RowTier.Accepted accepted -> {}
            case RowTier.Duplicate duplicate -> {}
            case RowTier.Control control -> {}
            case RowTier.Provisional provisional -> {}
        }
    }

    private void reroute(Record<Object, Object> record) {
        context.forward(record, Names.rerouteSink(stream));
    }

    @Override
    public void close() {
        running.stopped(rows);
    }
}
