package io.polaroid.launcher.cli;

import io.polaroid.timeseries.result.ProblemCode;

/** What the process ends with. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;

    /** Something failed that the command line cannot mend: the server is away, the disk is full, a fault of ours. */
    public static final int FAILED = 1;

    /** The command, the pipeline file or the query is wrong. */
    public static final int WRONG_USE = 2;

    /** A part that is not built yet. */
    public static final int NOT_BUILT = 3;

    private ExitCode() {}

    static int of(ProblemCode code) {
        if (code == ProblemCode.NOT_BUILT) {
            return NOT_BUILT;
        }
        return code.blame() == ProblemCode.Blame.CALLER ? WRONG_USE : FAILED;
    }
}
