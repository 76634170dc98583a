package io.polaroid.query.problem;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.ProblemCode.Retry;

/** Problems as gRPC status with typed details. */
public final class GrpcProblems {
    /** The domain of every {@code ErrorInfo}. */
    public static final String DOMAIN = "polaroid";

    private static final Duration RETRY_DELAY =
            Duration.newBuilder().setSeconds(1).build();

    private GrpcProblems() {}

    /** The status of a problem: reason is its slug, metadata its context, and RetryInfo where trying again helps. */
    public static StatusRuntimeException status(Problem problem) {
        var status = Status.newBuilder()
                .setCode(code(problem.code()).getNumber())
                .setMessage(problem.detail())
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(problem.code().slug())
                        .setDomain(DOMAIN)
                        .putAllMetadata(problem.context())
                        .build()));
        if (problem.code().retry() != Retry.NEVER) {
            status.addDetails(
                    Any.pack(RetryInfo.newBuilder().setRetryDelay(RETRY_DELAY).build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /** The gRPC code of a problem code. */
    public static Code code(ProblemCode code) {
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
                    TOO_FAR_AHEAD -> Code.INVALID_ARGUMENT;
            case UNKNOWN_TABLE, UNKNOWN_HANDLE -> Code.NOT_FOUND;
            case NOT_ALLOWED -> Code.PERMISSION_DENIED;
            case NOT_BUILT -> Code.UNIMPLEMENTED;
            case RANGE_EXPIRED -> Code.OUT_OF_RANGE;
            case BUDGET_EXCEEDED -> Code.RESOURCE_EXHAUSTED;
            case HISTORY_HOLE, RESTORING, NOT_ACTIVE_HERE, REGISTRY_UNREACHABLE, BROKER_UNREACHABLE -> Code.UNAVAILABLE;
            case CANCELLED -> Code.CANCELLED;
            case CORRUPT_DATA -> Code.DATA_LOSS;
            case INTERNAL -> Code.INTERNAL;
        };
    }
}
