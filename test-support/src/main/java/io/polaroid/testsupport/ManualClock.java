package io.polaroid.testsupport;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands until a test moves it. Thread-safe. */
public final class ManualClock implements InstantSource {
    private final AtomicReference<Instant> now;

    /** A clock that shows {@code start}. */
    public ManualClock(Instant start) {
        this.now = new AtomicReference<>(start);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /** Moves the clock by {@code step}, which may be negative. */
    public void advance(Duration step) {
        now.updateAndGet(time -> time.plus(step));
    }

    /** Sets the clock. */
    public void set(Instant time) {
        now.set(time);
    }
}
