package io.polaroid.query.problem;

import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Problems as RFC 9457 problem details. */
public final class HttpProblems {
    /** Media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private HttpProblems() {}

    /** The body of a problem: {@code type, title, status, detail, slug} and its context. */
    public static Map<String, Object> body(Problem problem) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", "urn:polaroid:problem:" + problem.code().slug());
        body.put("title", problem.code().slug().replace('-', ' '));
        body.put("status", status(problem.code()));
        body.put("detail", problem.detail());
        body.put("slug", problem.code().slug());
        body.put("context", problem.context());
        return body;
    }

    /** The HTTP status of a problem code. */
    public static int status(ProblemCode code) {
        return switch (code) {
            case INVALID_EXPRESSION,
                    INVALID_PLAN,
                    INVALID_CONFIG,
                    INVALID_ARGUMENT,
                    UNKNOWN_COLUMN,
                    MALFORMED_RECORD,
                    MISSING_FIELD,
                    WRONG_TYPE,
                    NOT_A_NUMBER,
                    CHECK_FAILED,
                    UNKNOWN_SYMBOL,
                    TOO_FAR_AHEAD -> 400;
            case NOT_ALLOWED -> 403;
            case UNKNOWN_TABLE, UNKNOWN_HANDLE -> 404;
            case RANGE_EXPIRED -> 410;
            case BUDGET_EXCEEDED -> 422;
            case CANCELLED -> 499;
            case NOT_BUILT -> 501;
            case HISTORY_HOLE, RESTORING, NOT_ACTIVE_HERE, REGISTRY_UNREACHABLE, BROKER_UNREACHABLE -> 503;
            case CORRUPT_DATA, INTERNAL -> 500;
        };
    }
}
