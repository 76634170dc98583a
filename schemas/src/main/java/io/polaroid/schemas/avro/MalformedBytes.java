package io.polaroid.schemas.avro;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;

/** Why bytes are not a row; made without a stack trace, since bad input can be frequent. Never leaves this package. */
final class MalformedBytes extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    private MalformedBytes(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    static MalformedBytes malformed(String detail) {
        return new MalformedBytes(Problem.of(ProblemCode.MALFORMED_RECORD, detail));
    }

    static MalformedBytes wrongType(String detail) {
        return new MalformedBytes(Problem.of(ProblemCode.WRONG_TYPE, detail));
    }

    Problem problem() {
        return problem;
    }
}
