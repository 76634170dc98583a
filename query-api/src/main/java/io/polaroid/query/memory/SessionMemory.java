package io.polaroid.query.memory;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.util.HashMap;
import java.util.Map;

/** How many bytes of tables each session keeps on the server, within a limit. Thread-safe. */
public final class SessionMemory {
    private final long perSession;
    private final Map<String, Long> kept = new HashMap<>();

    /** Nothing is kept yet. */
    public SessionMemory(long perSession) {
        this.perSession = perSession;
    }

    /** Charges a session, or {@code BUDGET_EXCEEDED}. */
    public synchronized Result<Long> charge(String session, long bytes) {
        long all = kept.getOrDefault(session, 0L) + bytes;
        if (all > perSession) {
            return Result.err(Problem.of(
                            ProblemCode.BUDGET_EXCEEDED,
                            "the session would keep " + all + " bytes of tables on the server and may keep "
                                    + perSession + "; drop frames that are no longer needed, or read files instead")
                    .with("limit", "memory"));
        }
        kept.put(session, all);
        return Result.ok(all);
    }

    /** Takes a charge back. */
    public synchronized void release(String session, long bytes) {
        kept.computeIfPresent(session, (name, all) -> all <= bytes ? null : all - bytes);
    }

    /** What a session keeps. */
    public synchronized long kept(String session) {
        return kept.getOrDefault(session, 0L);
    }
}
