package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;

/** Bounds the rows that an operator makes of fewer ones: a request over two rows must not take the whole heap of a process. */
final class MadeRows {
    /** One operator's arrays may take half of the heap. */
    private static final int SHARE = 2;

    private MadeRows() {}

    /** How many there is room for, of each of which arrays hold so many bytes. */
    static int most(int bytesEach) {
        return (int) Math.min(Integer.MAX_VALUE / 4, Runtime.getRuntime().maxMemory() / SHARE / bytesEach);
    }

    /**
     * Refuses more than there is room for.
     *
     * @throws PolaroidException {@code BUDGET_EXCEEDED}, which operators turn into a value
     */
    static void check(long rows, int bytesEach) {
        if (rows > most(bytesEach)) {
            throw new PolaroidException(problem(bytesEach));
        }
    }

    /** Refuses more than there is room for, of a number that is about right. */
    static void check(double rows, int bytesEach) {
        check((long) rows, bytesEach);
    }

    /** What is said of more than there is room for. */
    static Problem problem(int bytesEach) {
        return Problem.of(
                ProblemCode.BUDGET_EXCEEDED,
                "the result would have more than %d rows, for which there is no room; take a longer 'every' (or a shorter 'period'), or give the process a larger heap"
                        .formatted(most(bytesEach)));
    }
}
