package io.polaroid.query.engine;

import io.polaroid.query.engine.QueryControl.Stop;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.OutOfMemoryException;

/** One query while it runs: what it opened, and the clock that stops it. Used by one thread. */
public final class QueryRun implements AutoCloseable {
    private static final long INSIST_MILLIS = 100;

    private final QueryControl control;
    private final ScheduledExecutorService timer;
    private final Duration timeout;
    private final Resources resources = new Resources();
    private List<ScheduledFuture<?>> alarms = List.of();

    QueryRun(QueryControl control, ScheduledExecutorService timer, Duration timeout) {
        this.control = control;
        this.timer = timer;
        this.timeout = timeout;
    }

    /** What stops it. */
    public QueryControl control() {
        return control;
    }

    /** Takes ownership, until {@link #close}. */
    public <T extends AutoCloseable> T add(T resource) {
        return resources.add(resource);
    }

    /** Gives the query the timeout's time from now on. */
    public void arm() {
        disarm();
        alarms = List.of(
                timer.schedule(() -> control.stop(Stop.TIMED_OUT), timeout.toNanos(), TimeUnit.NANOSECONDS),
                timer.scheduleWithFixedDelay(control::insist, INSIST_MILLIS, INSIST_MILLIS, TimeUnit.MILLISECONDS));
    }

    /** Stops the clock. */
    public void disarm() {
        alarms.forEach(alarm -> alarm.cancel(false));
        alarms = List.of();
    }

    /** What a failure means to the client. */
    public Problem problem(Exception failure) {
        return switch (failure) {
            case PolaroidException known -> known.problem();
            case OutOfMemoryException memory ->
                Problem.of(
                        ProblemCode.BUDGET_EXCEEDED,
                        "the query needs more memory than it may take: " + memory.getMessage());
            default -> EngineProblems.of(failure, control, timeout);
        };
    }

    /** Why it was stopped, once it was. */
    public Problem stopped() {
        return EngineProblems.of(new IllegalStateException("stopped"), control, timeout);
    }

    @Override
    public void close() {
        disarm();
        control.finished();
        resources.close();
    }
}
