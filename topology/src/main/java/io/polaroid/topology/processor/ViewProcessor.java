package io.polaroid.topology.processor;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.Stores;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.ViewOperator;
import io.polaroid.topology.view.ViewOutput;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Shows each record of its inputs to a view's operator, counts what became of it, and sends what the operator has. */
public final class ViewProcessor implements Processor<Object, StreamRow, Object, Object>, ViewOutput {
    private final ViewSpec view;
    private final RowCodec results;
    private final LateRows lateRows;
    private final Running running;
    private final Function<Opened, ViewOperator> operators;
    private ProcessorContext<Object, Object> context;
    private ResultTier tier;
    private ViewOperator operator;
    private long expiredTo = Long.MIN_VALUE;
    private long settledBefore = Long.MIN_VALUE;
    private long offset;

    /**
     * What an operator is made from.
     *
     * @param stores row tiers by stream
     * @param results the view's result tier
     * @param output where it sends what it has
     */
    public record Opened(Function<String, RowTier> stores, ResultTier results, ViewOutput output) {}

    /**
     * A processor of one partition.
     *
     * @param view the view
     * @param results codec of its topic
     * @param lateRows makes records of its late topic
     * @param running where its counts are announced
     * @param operators makes its operator once the stores are restored
     */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    public ViewProcessor(
            ViewSpec view,
            RowCodec results,
            LateRows lateRows,
            Running running,
            Function<Opened, ViewOperator> operators) {
        this.view = view;
        this.results = results;
        this.lateRows = lateRows;
        this.running = running;
        this.operators = operators;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
        this.tier = Objects.requireNonNull(context.getStateStore(Names.resultStore(view.name())));
        RowTier rows = Objects.requireNonNull(context.getStateStore(Names.rowStore(view.from())));
        this.operator = operators.apply(new Opened(
                stream -> Objects.requireNonNull(context.getStateStore(Names.rowStore(stream))), tier, this));
        this.offset = rows.lastOffset();
        this.settledBefore = operator.settledBefore();
        var scope = Stores.flushScope(context);
        tier.beforeFlush(() -> scope.accept(operator::refreshProvisional));
        running.started(view, context.taskId().partition(), tier);
    }

    @Override
    public void process(Record<Object, StreamRow> record) {
        var row = record.value();
        var outcome = switch (row.applied()) {
            case RowTier.Accepted accepted -> accept(row.stream(), accepted);
            case RowTier.Control control -> control(row.stream(), control);
            case RowTier.Duplicate duplicate -> "duplicate";
            case RowTier.Misrouted misrouted -> "rerouted";
            case RowTier.Malformed malformed -> "dead_letter";
            case RowTier.Provisional provisional -> "provisional";
        };
        tier.increment(Running.countName(row.stream(), outcome));
        if (row.stream().equals(view.from())) {
            offset = row.applied().offset();
        }
        tier.reached(offset, operator.progress());
    }

    @Override
    public void close() {
        running.stopped(tier);
    }

    private String accept(String stream, RowTier.Accepted row) {
        var decision = operator.onRow(stream, row);
        advance(stream, row.progress(), row.offset());
        return decision.name().toLowerCase(Locale.ROOT);
    }

    private String control(String stream, RowTier.Control control) {
        switch (control.control().kind()) {
            case DOWN, UP, GAP -> {
                operator.onFeed(control.control(), control.offset());
                send(control.control());
            }
            case HEARTBEAT, PROGRESS, END_OF_SNAPSHOT, BACKFILL_CUT -> {}
        }
        if (control.progress() > control.progressBefore()) {
            advance(stream, control.progress(), control.offset());
        }
        return "control";
    }

    private void advance(String stream, long progress, long offset) {
        operator.onProgress(stream, progress, offset);
        tellProgress();
        expire(operator.progress());
        if (view.policy().emit() == ViewSpec.Emit.FRAME) {
            operator.refreshProvisional();
        }
    }

    /** After all results before a time, so that a view on this view can close what it makes of them. */
    private void tellProgress() {
        long settled = operator.settledBefore();
        if (settled > settledBefore) {
            settledBefore = settled;
            send(new ControlRecord(
                    view.name(), ControlRecord.Kind.PROGRESS, settled, settled, ControlRecord.ALL));
        }
    }

    private void send(ControlRecord control) {
        context.forward(
                new Record<Object, Object>(
                        new ControlKey(control.toKey(), context.taskId().partition()),
                        null,
                        millis(control.toNanos())),
                Names.controlSink(view.name()));
    }

    /** By the progress that closes results: one that still waits for another input never expires. */
    private void expire(long progress) {
        long retention = view.policy().retention().toNanos();
        if (progress < Long.MIN_VALUE + retention) {
            return;
        }
        long horizon = progress - retention;
        if (expiredTo == Long.MIN_VALUE || horizon > expiredTo + retention / 16) {
            expiredTo = horizon;
            tier.expireBefore(horizon);
        }
    }

    @Override
    public void publish(String series, long timeNanos, Row result) {
        context.forward(
                new Record<Object, Object>(
                        series.getBytes(StandardCharsets.UTF_8), results.encode(result), millis(timeNanos)),
                Names.sink(view.name()));
    }

    @Override
    public void late(LateRow late) {
        context.forward(
                new Record<Object, Object>(
                        late.row().series().getBytes(StandardCharsets.UTF_8),
                        lateRows.encode(late, context.taskId().partition()),
                        millis(late.row().timeNanos())),
                Names.lateSink(view.name()));
    }

    private static long millis(long timeNanos) {
        return Math.max(0, Math.floorDiv(timeNanos, 1_000_000L));
    }
}
