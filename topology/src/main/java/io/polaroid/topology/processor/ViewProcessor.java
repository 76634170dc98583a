package io.polaroid.topology.processor;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.Stores;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.FrameOperator;
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
public final class ViewProcessor implements Processor<Object, StreamInput, Object, Object>, ViewOutput {
    private static final ViewOperator.Decision[] DECISIONS = ViewOperator.Decision.values();

    private final ViewSpec view;
    private final RowCodec results;
    private final LateRows lateRows;
    private final Running running;
    private final Function<Opened, ViewOperator> operators;
    private ProcessorContext<Object, Object> context;
    private ResultTier tier;
    private ViewOperator operator;
    private long expiredTo = Long.MIN_VALUE;
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
        var scope = Stores.flushScope(context);
        tier.beforeFlush(() -> scope.accept(operator::refreshProvisional));
        running.started(view, context.taskId().partition(), tier);
    }

    @Override
    public void process(Record<Object, StreamInput> record) {
        var input = record.value();
        switch (input) {
            case StreamRow row -> {
                take(row.stream(), row.applied());
                if (row.endsFrame()) {
                    endFrame();
                }
            }
            case StreamFrame frame -> {
                take(frame.stream(), frame.rows());
                endFrame();
            }
        }
        tier.reached(offset, operator.progress());
    }

    private void take(String stream, RowTier.Applied record) {
        var outcome = switch (record) {
            case RowTier.Accepted accepted -> accept(stream, accepted);
            case RowTier.Control control -> control(stream, control);
            case RowTier.Duplicate duplicate -> "duplicate";
            case RowTier.Misrouted misrouted -> "rerouted";
            case RowTier.Malformed malformed -> "dead_letter";
        };
        tier.increment(Running.countName(stream, outcome));
        if (stream.equals(view.from())) {
            offset = record.offset();
        }
    }

    private void take(String stream, AppliedRows rows) {
        if (!(operator instanceof FrameOperator bars)) {
            throw new IllegalStateException("view " + view.name() + " takes rows one by one, and was given a frame");
        }
        var decided = new long[DECISIONS.length];
        for (int i = 0; i < rows.size(); i++) {
            if (!rows.isAccepted(i)) {
                take(stream, rows.applied(i));
                continue;
            }
            decided[bars.onRow(stream, rows, i).ordinal()]++;
            if (rows.progress(i) >= bars.closesAt()) {
                bars.onProgress(stream, rows.progress(i), rows.offset(i));
            }
            offset = rows.offset(i);
        }
        for (var decision : DECISIONS) {
            if (decided[decision.ordinal()] > 0) {
                tier.increment(Running.countName(stream, outcome(decision)), decided[decision.ordinal()]);
            }
        }
    }

    private void endFrame() {
        expire(operator.progress());
        if (view.policy().emit() == ViewSpec.Emit.FRAME) {
            operator.refreshProvisional();
        }
    }

    @Override
    public void close() {
        running.stopped(tier);
    }

    private String accept(String stream, RowTier.Accepted row) {
        var decision = operator.onRow(stream, row);
        advance(stream, row.progress(), row.offset());
        return outcome(decision);
    }

    private static String outcome(ViewOperator.Decision decision) {
        return decision.name().toLowerCase(Locale.ROOT);
    }

    private String control(String stream, RowTier.Control control) {
        if (control.progress() > control.progressBefore()) {
            advance(stream, control.progress(), control.offset());
        }
        return "control";
    }

    private void advance(String stream, long progress, long offset) {
        operator.onProgress(stream, progress, offset);
        expire(operator.progress());
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
