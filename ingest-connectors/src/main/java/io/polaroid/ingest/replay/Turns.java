package io.polaroid.ingest.replay;

import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The {@link Lockstep} of one server, shared by the threads of its sessions. */
final class Turns {
    /** What others do wakes a waiting session; that time has passed it must look up, as the clock may be any. */
    private static final long LOOK_AGAIN_MILLIS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Lockstep<ReplaySession> lockstep;
    private final InstantSource clock;

    Turns(Set<String> recordings, InstantSource clock) {
        this.lockstep = new Lockstep<>(recordings);
        this.clock = clock;
    }

    void subscribe(ReplaySession session, String recording, OptionalLong first) {
        change(() -> lockstep.subscribe(session, recording, first, clock.instant()));
    }

    /** Returns when the session may send its next message, which then counts as under way. */
    void take(ReplaySession session, OptionalLong following) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!lockstep.maySend(session, clock.instant())) {
                changed.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
            lockstep.sent(session, following, clock.instant());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void written(ReplaySession session) {
        change(() -> lockstep.written(session, clock.instant()));
    }

    void leave(ReplaySession session) {
        change(() -> lockstep.leave(session));
    }

    private void change(Runnable step) {
        lock.lock();
        try {
            step.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
