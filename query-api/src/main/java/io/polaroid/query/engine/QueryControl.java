package io.polaroid.query.engine;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops one query, from any thread, before or while it runs. */
public final class QueryControl {
    private static final Logger LOG = LoggerFactory.getLogger(QueryControl.class);

    /** Why a query was stopped. */
    public enum Stop {
        CANCELLED,
        TIMED_OUT,
        /** Its client reads so slowly that too much is in memory for it alone. */
        HELD_TOO_MUCH
    }

    private final AtomicReference<Optional<Stop>> stop = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Statement>> running = new AtomicReference<>(Optional.empty());

    /** Ends the query; it answers {@code CANCELLED}. */
    public void cancel() {
        stop(Stop.CANCELLED);
    }

    /** Whether and why it was stopped. */
    public Optional<Stop> stopped() {
        return stop.get();
    }

    void stop(Stop why) {
        if (stop.compareAndSet(Optional.empty(), Optional.of(why))) {
            running.get().ifPresent(QueryControl::interrupt);
        }
    }

    /** Names the statement that a stop interrupts from now on. */
    void running(Statement statement) {
        running.set(Optional.of(statement));
    }

    /** Interrupts again if it was stopped: the engine forgets an interrupt that comes just before a statement starts. */
    void insist() {
        if (stop.get().isPresent()) {
            running.get().ifPresent(QueryControl::interrupt);
        }
    }

    void finished() {
        running.set(Optional.empty());
    }

    private static void interrupt(Statement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("statement was closed before it could be stopped");
        }
    }
}
