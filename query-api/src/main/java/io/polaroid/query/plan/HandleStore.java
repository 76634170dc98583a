package io.polaroid.query.plan;

import io.polaroid.query.memory.HeldTable;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Plans by handle. A handle is a random name that its holder may pass on; it is forgotten some time after its last use. Each
 * session has a bounded number of them. Thread-safe.
 *
 * <p><b>Owns</b> a share of each table in memory that one of its plans reads.
 */
public final class HandleStore implements AutoCloseable {
    /** Most handles of one session. */
    public static final int PER_SESSION = 1_000;

    /** Most handles of all sessions. */
    public static final int TOTAL = 100_000;

    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Duration timeToLive;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Integer> perSession = new HashMap<>();
    private Instant lastSweep = Instant.MIN.plus(SWEEP);

    /** An empty store, whose handles live so long after their last use. */
    public HandleStore(InstantSource clock, Duration timeToLive) {
        this.clock = clock;
        this.timeToLive = timeToLive;
    }

    private record Entry(Plan plan, String session, Instant lastUse) {}

    /** A new handle on a plan, or {@code BUDGET_EXCEEDED}; {@code UNKNOWN_HANDLE} if what it reads was freed meanwhile. */
    public synchronized Result<String> create(String session, Plan plan) {
        forgetOld();
        if (entries.size() >= TOTAL || perSession.getOrDefault(session, 0) >= PER_SESSION) {
            return Result.err(Problem.of(
                            ProblemCode.BUDGET_EXCEEDED,
                            "a session may hold " + PER_SESSION + " handles and the server " + TOTAL
                                    + "; drop those that are no longer needed")
                    .with("limit", "handles"));
        }
        if (!retained(plan)) {
            return Result.err(ProblemCode.UNKNOWN_HANDLE, "a frame that this one reads was dropped");
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
        entry.plan().held().forEach(HeldTable::close);
        return true;
    }

    private static boolean retained(Plan plan) {
        var held = new ArrayList<HeldTable>();
        for (var table : plan.held()) {
            if (!table.retain()) {
                held.forEach(HeldTable::close);
                return false;
            }
            held.add(table);
        }
        return true;
    }

    /** Forgets all handles. */
    @Override
    public synchronized void close() {
        List.copyOf(entries.keySet()).forEach(this::drop);
    }

    private void forgetOld() {
        var now = clock.instant();
        if (now.isBefore(lastSweep.plus(SWEEP))) {
            return;
        }
        lastSweep = now;
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
