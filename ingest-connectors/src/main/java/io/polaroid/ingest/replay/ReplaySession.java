package io.polaroid.ingest.replay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: a thread that sends the messages of a recording from a position on, each when it is due. It waits when
 * {@value #MAX_IN_FLIGHT} messages have not reached the socket yet, so a slow client slows it down. At speed 0 a message is
 * due when it is the session's turn.
 */
final class ReplaySession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplaySession.class);
    private static final int MAX_IN_FLIGHT = 512;

    /** Waits; a test puts its own clock forward instead. */
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final Recording recording;
    private final ReplayConfig config;
    private final Turns turns;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final Session socket;
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private @Nullable Thread thread;

    ReplaySession(
            Recording recording,
            ReplayConfig config,
            Turns turns,
            InstantSource clock,
            Sleeper sleeper,
            Session socket) {
        this.recording = recording;
        this.config = config;
        this.turns = turns;
        this.clock = clock;
        this.sleeper = sleeper;
        this.socket = socket;
    }

    ReplaySession start(String name, long from) {
        if (config.speed() == 0) {
            turns.subscribe(this, name, receivedNanos(from));
        }
        thread = Thread.ofVirtual().name("replay-" + name).start(() -> run(from));
        return this;
    }

    @Override
    public void close() {
        turns.leave(this);
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Returns when nothing more will be sent; after {@link #close}, never on the session's own thread. */
    void awaitStopped() throws InterruptedException {
        if (thread != null) {
            thread.join();
        }
    }

    private void run(long from) {
        try {
            Instant begin = clock.instant();
            long position = from;
            while (!ended(position)) {
                inFlight.acquire();
                awaitDue(begin, from, position);
                send(recording.message(position), () -> turns.written(this));
                position++;
            }
            inFlight.acquire();
            send("{\"position\":" + position + ",\"end\":true}", () -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            turns.leave(this);
            if (socket.isOpen()) {
                LOG.warn("replay stopped", e);
                socket.disconnect();
            }
        }
    }

    private boolean ended(long position) {
        return !config.loop() && position >= recording.size();
    }

    private void awaitDue(Instant begin, long from, long position) throws InterruptedException {
        if (config.speed() == 0) {
            turns.take(this, receivedNanos(position + 1));
            return;
        }
        var due = begin.plusNanos((long) (recording.nanosBetween(from, position) / config.speed()));
        var wait = Duration.between(clock.instant(), due);
        if (wait.isPositive()) {
            sleeper.sleep(wait);
        }
    }

    private OptionalLong receivedNanos(long position) {
        return ended(position) ? OptionalLong.empty() : OptionalLong.of(recording.receivedNanos(position));
    }

    private void send(String message, Runnable whenWritten) {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the client is gone", failed);
        }
        Runnable release = () -> {
            whenWritten.run();
            inFlight.release();
        };
        Consumer<Throwable> onFailure = cause -> {
            failure.compareAndSet(null, cause);
            release.run();
        };
        socket.sendText(message, Callback.from(release, onFailure));
    }
}
