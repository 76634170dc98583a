package io.polaroid.timeseries.result;

/** What kind of failure a {@link Problem} is, who can mend it and whether trying again helps. */
public enum ProblemCode {
    INVALID_EXPRESSION(Blame.CALLER, Retry.NEVER),
    INVALID_PLAN(Blame.CALLER, Retry.NEVER),
    INVALID_CONFIG(Blame.CALLER, Retry.NEVER),
    INVALID_ARGUMENT(Blame.CALLER, Retry.NEVER),
    UNKNOWN_COLUMN(Blame.CALLER, Retry.NEVER),
    UNKNOWN_TABLE(Blame.CALLER, Retry.NEVER),
    UNKNOWN_HANDLE(Blame.CALLER, Retry.NEVER),
    NOT_ALLOWED(Blame.CALLER, Retry.NEVER),
    NOT_BUILT(Blame.POLAROID, Retry.NEVER),
    RANGE_EXPIRED(Blame.CALLER, Retry.NEVER),
    BUDGET_EXCEEDED(Blame.CALLER, Retry.NEVER),
    MALFORMED_RECORD(Blame.DATA, Retry.NEVER),
    MISSING_FIELD(Blame.DATA, Retry.NEVER),
    WRONG_TYPE(Blame.DATA, Retry.NEVER),
    NOT_A_NUMBER(Blame.DATA, Retry.NEVER),
    CHECK_FAILED(Blame.DATA, Retry.NEVER),
    UNKNOWN_SYMBOL(Blame.DATA, Retry.NEVER),
    TOO_FAR_AHEAD(Blame.DATA, Retry.NEVER),
    HISTORY_HOLE(Blame.POLAROID, Retry.LATER),
    RESTORING(Blame.POLAROID, Retry.LATER),
    NOT_ACTIVE_HERE(Blame.POLAROID, Retry.ELSEWHERE),
    CANCELLED(Blame.CALLER, Retry.NEVER),
    REGISTRY_UNREACHABLE(Blame.DEPENDENCY, Retry.LATER),
    BROKER_UNREACHABLE(Blame.DEPENDENCY, Retry.LATER),
    CORRUPT_DATA(Blame.POLAROID, Retry.NEVER),
    INTERNAL(Blame.POLAROID, Retry.NEVER);

    /** Who can mend the failure. */
    public enum Blame {
        CALLER,
        DATA,
        DEPENDENCY,
        POLAROID
    }

    /** Whether the same call can succeed. */
    public enum Retry {
        NEVER,
        LATER,
        ELSEWHERE
    }

    private final Blame blame;
    private final Retry retry;

    ProblemCode(Blame blame, Retry retry) {
        this.blame = blame;
        this.retry = retry;
    }

    /** Who can mend it. */
    public Blame blame() {
        return blame;
    }

    /** Whether trying again helps. */
    public Retry retry() {
        return retry;
    }

    /** The stable name on the wire, {@code unknown-column} for {@link #UNKNOWN_COLUMN}. */
    public String slug() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
