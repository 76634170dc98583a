package io.polaroid.query.flight;

import io.polaroid.query.engine.QueryControl;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;

/** Waits for a client to want more, and stops its query when it goes away. Must be made on the call's thread. */
final class ReadyGate {
    private final ServerStreamListener listener;
    private final QueryControl control;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    ReadyGate(ServerStreamListener listener, QueryControl control) {
        this.listener = listener;
        this.control = control;
        listener.setOnReadyHandler(this::signal);
        listener.setOnCancelHandler(() -> {
            control.cancel();
            signal();
        });
    }

    /** Whether the client wants more: false if it went away or read nothing for that long, or if the query was stopped. */
    boolean await(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!listener.isReady() && !listener.isCancelled()) {
                if (left <= 0 || control.stopped().isPresent()) {
                    return false;
                }
                // the cancel handler may come late or never, so the flag is looked at now and then
                long slice = Math.min(left, TimeUnit.SECONDS.toNanos(1));
                left -= slice - Math.max(0, changed.awaitNanos(slice));
            }
            return !listener.isCancelled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
