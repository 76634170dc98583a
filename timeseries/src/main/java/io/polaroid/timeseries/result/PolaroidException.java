package io.polaroid.timeseries.result;

/** The one exception that crosses modules; it carries a {@link Problem}. */
public final class PolaroidException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public PolaroidException(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    public PolaroidException(Problem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.problem = problem;
    }

    /** What went wrong. */
    public Problem problem() {
        return problem;
    }
}
