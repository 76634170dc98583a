package io.polaroid.query.memory;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.function.LongSupplier;

/**
 * The heap that operators over whole tables may take, all that run at a time together. A query that has no room is refused: a heap that
 * is used up would end the pipeline with it. Thread-safe.
 */
public final class HeapRoom {
    /** What is left for everything else that happens meanwhile. */
    private static final double SPARE = 0.1;

    private final LongSupplier free;
    private long taken;

    private HeapRoom(LongSupplier free) {
        this.free = free;
    }

    /** What the heap of this process has beside what outlived the last collections. */
    public static HeapRoom ofProcess() {
        long most = (long) (Runtime.getRuntime().maxMemory() * (1 - SPARE));
        return new HeapRoom(() -> most - lived());
    }

    /** A number of bytes. */
    public static HeapRoom of(long bytes) {
        return new HeapRoom(() -> bytes);
    }

    private static long lived() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }

    /**
     * Takes room until {@link #giveBack}.
     *
     * @param what what needs it, as the user calls it
     * @return the bytes, or {@code BUDGET_EXCEEDED}
     */
    public synchronized Result<Long> take(long bytes, String what) {
        long left = free.getAsLong() - taken;
        if (bytes > left) {
            return Result.err(Problem.of(
                            ProblemCode.BUDGET_EXCEEDED,
                            "%s needs about %d MB of the heap and %d MB are free; read fewer rows, wait for other queries, or give the process a larger heap (POLAROID_HEAP)"
                                    .formatted(what, bytes >> 20, Math.max(0, left) >> 20))
                    .with("limit", "heap"));
        }
        taken += bytes;
        return Result.ok(bytes);
    }

    /** Gives room back. */
    public synchronized void giveBack(long bytes) {
        taken -= bytes;
    }
}
