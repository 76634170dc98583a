package io.polaroid.query.problem;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;

/** Problems as Flight errors; the slug stands before the text and in the metadata {@value #REASON}. */
public final class FlightProblems {
    /** Metadata key of the slug. */
    public static final String REASON = "polaroid-reason";

    private FlightProblems() {}

    /** The error of a problem. */
    public static FlightRuntimeException error(Problem problem) {
        var metadata = new ErrorFlightMetadata();
        metadata.insert(REASON, problem.code().slug());
        return new CallStatus(code(problem.code()), null, problem.code().slug() + ": " + problem.detail(), metadata)
                .toRuntimeException();
    }

    /** The Flight code of a problem code. */
    public static FlightStatusCode code(ProblemCode code) {
        return switch (code) {
            case INVALID_EXPRESSION,
                    INVALID_PLAN,
                    INVALID_CONFIG,
                    INVALID_ARGUMENT,
                    UNKNOWN_COLUMN,
                    RANGE_EXPIRED,
                    MALFORMED_RECORD,
                    MISSING_FIELD,
                    WRONG_TYPE,
                    NOT_A_NUMBER,
                    CHECK_FAILED,
                    UNKNOWN_SYMBOL,
                    TOO_FAR_AHEAD -> FlightStatusCode.INVALID_ARGUMENT;
            case UNKNOWN_TABLE, UNKNOWN_HANDLE -> FlightStatusCode.NOT_FOUND;
            case NOT_ALLOWED -> FlightStatusCode.UNAUTHORIZED;
            case NOT_BUILT -> FlightStatusCode.UNIMPLEMENTED;
            case BUDGET_EXCEEDED -> FlightStatusCode.RESOURCE_EXHAUSTED;
            case HISTORY_HOLE, RESTORING, NOT_ACTIVE_HERE, REGISTRY_UNREACHABLE, BROKER_UNREACHABLE ->
                FlightStatusCode.UNAVAILABLE;
            case CANCELLED -> FlightStatusCode.CANCELLED;
            case CORRUPT_DATA, INTERNAL -> FlightStatusCode.INTERNAL;
        };
    }
}
