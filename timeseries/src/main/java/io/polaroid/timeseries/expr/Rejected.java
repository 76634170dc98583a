package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;

/** Leaves a recursive descent at the first mistake; caught where the public method returns its Result. */
final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    private Rejected(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    static Rejected at(Place place, String detail) {
        return at(place, ProblemCode.INVALID_EXPRESSION, detail);
    }

    static Rejected at(Place place, ProblemCode code, String detail) {
        if (place.offset() < 0) {
            return new Rejected(Problem.of(code, detail));
        }
        int position = place.offset() + 1;
        return new Rejected(
                Problem.of(code, detail + " (at " + place + ")").with("position", Integer.toString(position)));
    }

    Problem problem() {
        return problem;
    }
}
