package io.polaroid.query.plan;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Plans by handle. A handle is a random name that its holder may pass on; it is forgotten some time after its last use. Each
 * session has a bounded number of them. Thread-safe.
 */
public final class HandleStore {
    /** Most handles of one session. */
    public static final int PER_SESSION = 1_000;

    /** Most handles of all sessions. */
    public static final int TOTAL = 100_000;

    private final InstantSource clock;
    private final Duration timeToLive;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Integer> perSession = new HashMap<>();

    /** An empty store, whose handles live so long after their last use. */
    public HandleStore(InstantSource clock, Duration timeToLive) {
        this.clock = clock;
        this.timeToLive = timeToLive;
    }

    private record Entry(Plan plan, String session, Instant lastUse) {}

    /** A new handle on a plan, or {@code BUDGET_EXCEEDED}. */
    public synchronized Result<String> create(String session, Plan plan) {
        boolean full = entries.size() >= TOTAL || perSession.getOrDefault(session, 0) >= PER_SESSION;
        if (full) {
            forgetOld();
        }
        if (entries.size() >= TOTAL || perSession.getOrDefault(session, 0) >= PER_SESSION) {
            return Result.err(Problem.of(
                            ProblemCode.BUDGET_EXCEEDED,
                            "a session may hold " + PER_SESSION + " handles and the server " + TOTAL
                                    + "; drop those that are no longer needed")
                    .with("limit", "handles"));
        }
        var id = UUID.randomUUID().toString();
        entries.put(id, new Entry(plan, session, clock.instant()));
        perSession.merge(session, 1, Integer::sum);
        return Result.ok(id);
    }

    /** The plan of a handle, or {@code UNKNOWN_HANDLE}. */
    public synchronized Result<Plan> plan(String id) {
        var entry = entries.get(id);
        if (entry == null || old(entry)) {
            drop(id);
            return Result.err(
                    ProblemCode.UNKNOWN_HANDLE,
                    "there is no such handle; it was dropped, or not used for " + timeToLive.toMinutes() + " minutes");
        }
        entries.put(id, new Entry(entry.plan(), entry.session(), clock.instant()));
        return Result.ok(entry.plan());
    }

    /** Forgets a handle; whether it was there. */
    public synchronized boolean drop(String id) {
        var entry = entries.remove(id);
        if (entry == null) {
            return false;
        }
        perSession.merge(entry.session(), -1, (count, one) -> count + one == 0 ? null : count + one);
        return true;
    }

    private void forgetOld() {
        entries.entrySet().stream()
                .filter(entry -> old(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::drop);
    }

    private boolean old(Entry entry) {
        return entry.lastUse().plus(timeToLive).isBefore(clock.instant());
    }
}
