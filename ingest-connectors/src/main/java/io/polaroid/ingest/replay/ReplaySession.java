package io.polaroid.ingest.replay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 * {@value #MAX_IN_FLIGHT} messages have not reached the socket yet, so a slow client slows it down.
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
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final Session socket;
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private @Nullable Thread thread;

    ReplaySession(Recording recording, ReplayConfig config, InstantSource clock, Sleeper sleeper, Session socket) {
        this.recording = recording;
        this.config = config;
        this.clock = clock;
        this.sleeper = sleeper;
        this.socket = socket;
    }

    ReplaySession start(String name, long from) {
        thread = Thread.ofVirtual().name("replay-" + name).start(() -> run(from));
        return this;
    }

    @Override
    public void close() {
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
                awaitDue(begin, from, position);
                send(recording.message(position));
                position++;
            }
            send("{\"position\":" + position + ",\"end\":true}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
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
            return;
        }
        var due = begin.plusNanos((long) (recording.nanosBetween(from, position) / config.speed()));
        var wait = Duration.between(clock.instant(), due);
        if (wait.isPositive()) {
            sleeper.sleep(wait);
        }
    }

    private void send(String message) throws InterruptedException {
        inFlight.acquire();
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the client is gone", failed);
        }
        Consumer<Throwable> onFailure = cause -> {
            failure.compareAndSet(null, cause);
            inFlight.release();
        };
        socket.sendText(message, Callback.from(inFlight::release, onFailure));
    }
}
