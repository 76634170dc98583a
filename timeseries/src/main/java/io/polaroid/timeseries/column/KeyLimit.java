package io.polaroid.timeseries.column;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;

/**
 * Bounds the distinct keys of a table: they are on the heap, and a table whose rows all have keys of their own must not take all of it
 * from a process that does other things too.
 */
final class KeyLimit {
    /** What a key takes at most in keys, groups and their order; 124 to 211 bytes were measured (bench: {@code LeastHeap}, a series a row). */
    private static final int KEY_BYTES = 200;

    private static final int MOST = most(Runtime.getRuntime().maxMemory());

    private KeyLimit() {}

    /** How many keys half of a heap has room for. */
    static int most(long heapBytes) {
        return (int) Math.min(Integer.MAX_VALUE, heapBytes / 2 / KEY_BYTES);
    }

    /**
     * Refuses more keys than there is room for.
     *
     * @throws PolaroidException {@code BUDGET_EXCEEDED}
     */
    static void check(int keys) {
        if (keys > MOST) {
            throw new PolaroidException(Problem.of(
                    ProblemCode.BUDGET_EXCEEDED,
                    "the rows have more than %d different keys, for which there is no room; group by columns with fewer values, or give the process a larger heap"
                            .formatted(MOST)));
        }
    }
}
