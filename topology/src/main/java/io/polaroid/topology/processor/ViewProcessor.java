package io.polaroid.topology.processor;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.ResultTier;
import io.polaroid.store.RowTier;
import io.polaroid.store.Stores;
import io.polaroid.timeseries.row.Row;
import io.polaroid.topology.Names;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.ViewOperator;
import io.polaroid.topology.view.ViewOutput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows each record of its inputs to a view's operator, counts what became of it, and sends what the operator has. */
public final class ViewProcessor implements Processor<Object, StreamFrame, Object, Object>, ViewOutput {
    private static final Logger LOG = LoggerFactory.getLogger(ViewProcessor.class);
    private static final ViewOperator.Decision[] DECISIONS = ViewOperator.Decision.values();

    private final ViewSpec view;
    private final RowCodec results;
    private final LateRows lateRows;
    private final Running running;
    private final Function<Opened, ViewOperator> operators;
    private final CatchUp catchUp;
    private ProcessorContext<Object, Object> context;
    private ResultTier tier;
    private Stores.Sink sink;
    private ViewOperator operator;
    private long expiredTo = Long.MIN_VALUE;
    private long settledBefore = Long.MIN_VALUE;
    private long tellsAt = Long.MIN_VALUE;
    private long offset;
    private boolean isNew;
    private @Nullable Cancellable beginning;

    /**
     * What an operator is made from.
     *
     * @param stores row tiers by stream
     * @param results the view's result tier
     * @param output where it sends what it has
     * @param isNew whether the view has taken nothing in yet
     */
    public record Opened(Function<String, RowTier> stores, ResultTier results, ViewOutput output, boolean isNew) {}

    /**
     * A processor of one partition.
     *
     * @param view the view
     * @param results codec of its topic
     * @param lateRows makes records of its late topic
     * @param running where its counts are announced
     * @param operators makes its operator once the stores are restored
     * @param catchUp what it begins with if it was added to a pipeline that had run before
     */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    ViewProcessor(
            ViewSpec view,
            RowCodec results,
            LateRows lateRows,
            Running running,
            Function<Opened, ViewOperator> operators,
            CatchUp catchUp) {
        this.view = view;
        this.results = results;
        this.lateRows = lateRows;
        this.running = running;
        this.operators = operators;
        this.catchUp = catchUp;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
        this.context = context;
        this.sink = Stores.sink(context, Names.sink(view.name()), view.name());
        this.tier = Objects.requireNonNull(context.getStateStore(Names.resultStore(view.name())));
        RowTier rows = Objects.requireNonNull(context.getStateStore(Names.rowStore(view.from())));
        this.isNew = view.inputs().stream().anyMatch(input -> rows(input).lastOffset() >= 0) && hasCountedNothing();
        this.operator = operators.apply(new Opened(this::rows, tier, this, isNew));
        this.offset = rows.lastOffset();
        this.settledBefore = operator.settledBefore();
        var scope = Stores.flushScope(context);
        tier.beforeFlush(() -> scope.accept(operator::refreshProvisional));
        tier.countBeside(operator::heapBytes);
        tier.reads(view.inputs().stream().map(this::rows).toList());
        running.started(view, context.taskId().partition(), tier);
        if (isNew) {
            settledBefore = Long.MIN_VALUE;
            // Also if no record ever comes. Results cannot be sent from here, where the sinks are not open yet.
            beginning = context.schedule(Duration.ofMillis(10), PunctuationType.WALL_CLOCK_TIME, now -> begin(null));
        }
    }

    private RowTier rows(String input) {
        return Objects.requireNonNull(context.getStateStore(Names.rowStore(input)));
    }

    private boolean hasCountedNothing() {
        return view.inputs().stream()
                .allMatch(input -> Running.OUTCOMES.stream()
                        .allMatch(outcome -> tier.count(Running.countName(input, outcome)) == 0));
    }

    /**
     * A view without any past takes in what its inputs still hold: right rows first, so that left ones find them.
     *
     * @param next the record that comes after it, if one is there; its row tier has it already
     */
    private void begin(@Nullable StreamFrame next) {
        if (!isNew) {
            return;
        }
        isNew = false;
        if (beginning != null) {
            beginning.cancel();
        }
        long since = view.inputs().stream()
                .mapToLong(input -> catchUp.since(input, rows(input).progress()))
                .max()
                .orElseThrow();
        LOG.info(
                "view {} is new; partition {} begins at {} ns",
                view.name(),
                context.taskId().partition(),
                since);
        tier.expireBefore(since);
        for (String input : view.inputs().reversed()) {
            RowTier.@Nullable Applied after =
                    next != null && next.stream().equals(input) ? next.rows().applied(0) : null;
            long below = after == null ? Long.MAX_VALUE : after.offset();
            catchUp.forEach(input, rows(input), since, below, row -> {
                var decision = operator.onRow(input, row);
                tier.increment(Running.countName(input, name(decision)));
                operator.onProgress(input, row.progress(), row.offset());
                tellProgress();
            });
            long progress = after == null ? rows(input).progress() : progressBefore(after);
            if (progress > Long.MIN_VALUE) {
                operator.onProgress(
                        input, progress, Math.min(below - 1, rows(input).lastOffset()));
                tellProgress();
            }
        }
        operator.flush();
        tier.reached(offset, operator.progress());
    }

    private long progressBefore(RowTier.Applied applied) {
        return switch (applied) {
            case RowTier.Accepted accepted -> accepted.progressBefore();
            case RowTier.Control control -> control.progressBefore();
            case RowTier.Duplicate other -> Long.MIN_VALUE;
            case RowTier.Misrouted other -> Long.MIN_VALUE;
            case RowTier.Malformed other -> Long.MIN_VALUE;
            case RowTier.Provisional other -> Long.MIN_VALUE;
        };
    }

    private static String name(ViewOperator.Decision decision) {
        return decision.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void process(Record<Object, StreamFrame> record) {
        var frame = record.value();
        begin(frame);
        take(frame.stream(), frame.rows());
        endFrame();
        tier.reached(offset, operator.progress());
    }

    private void take(String stream, AppliedRows rows) {
        var decided = new long[DECISIONS.length];
        boolean isFirstInput = stream.equals(view.from());
        for (int i = 0; i < rows.size(); i++) {
            if (isFirstInput) {
                offset = rows.offset(i);
            }
            if (!rows.isAccepted(i)) {
                tier.increment(Running.countName(stream, other(stream, rows.applied(i))));
                continue;
            }
            decided[operator.onRow(stream, rows, i).ordinal()]++;
            if (rows.progress(i) >= operator.closesAt()) {
                operator.onProgress(stream, rows.progress(i), rows.offset(i));
            }
            if (rows.progress(i) >= tellsAt) {
                tellProgress();
                tellsAt = operator.settlesAt();
            }
        }
        for (var decision : DECISIONS) {
            if (decided[decision.ordinal()] > 0) {
                tier.increment(Running.countName(stream, name(decision)), decided[decision.ordinal()]);
            }
        }
    }

    private String other(String stream, RowTier.Applied record) {
        return switch (record) {
            case RowTier.Accepted accepted -> throw new IllegalStateException("rows of a frame are columns");
            case RowTier.Control control -> control(stream, control);
            case RowTier.Duplicate duplicate -> "duplicate";
            case RowTier.Misrouted misrouted -> "rerouted";
            case RowTier.Malformed malformed -> "dead_letter";
            case RowTier.Provisional provisional -> "provisional";
        };
    }

    private void endFrame() {
        operator.flush();
        expire(operator.progress());
        if (view.policy().emit() == ViewSpec.Emit.FRAME) {
            operator.refreshProvisional();
        }
    }

    @Override
    public void close() {
        running.stopped(tier);
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
            operator.onProgress(stream, control.progress(), control.offset());
            tellProgress();
        }
        return "control";
    }

    /** After all results before a time, so that a view on this view can close what it makes of them. */
    private void tellProgress() {
        long settled = operator.settledBefore();
        if (settled > settledBefore) {
            settledBefore = settled;
            send(new ControlRecord(view.name(), ControlRecord.Kind.PROGRESS, settled, settled, ControlRecord.ALL));
        }
    }

    private void send(ControlRecord control) {
        context.forward(
                new Record<Object, Object>(
                        new PlacedKey(control.toKey(), context.taskId().partition()), null, millis(control.toNanos())),
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
            operator.flush();
            tier.expireBefore(Math.min(horizon, operator.keepsFrom()));
        }
    }

    @Override
    public void publish(String series, long timeNanos, Row result) {
        publish(series.getBytes(StandardCharsets.UTF_8), timeNanos, result);
    }

    @Override
    public void publish(byte[] key, long timeNanos, Row result) {
        sink.send(key, results.encode(result), millis(timeNanos));
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
