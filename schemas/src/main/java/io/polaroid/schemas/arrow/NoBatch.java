package io.polaroid.schemas.arrow;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;

/** Why bytes are not a batch; made without a stack trace, since bad input can be frequent. Never leaves this package. */
final class NoBatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    private NoBatch(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    static NoBatch malformed(String detail) {
        return new NoBatch(Problem.of(ProblemCode.MALFORMED_RECORD, detail));
    }

    static NoBatch wrongType(String detail) {
        return new NoBatch(Problem.of(ProblemCode.WRONG_TYPE, detail));
    }

    Problem problem() {
        return problem;
    }
}
