package io.polaroid.query.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.polaroid.query.problem.GrpcProblems;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.Map;

/** Turns the generated answer of a declared but missing method into our own problem. */
public final class NotBuilt implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return next.startCall(new Answering<>(call), headers);
    }

    private static final class Answering<Q, A> extends SimpleForwardingServerCall<Q, A> {
        Answering(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (status.getCode() != Status.Code.UNIMPLEMENTED
                    || !trailers.keys().isEmpty()) {
                super.close(status, trailers);
                return;
            }
            var method = getMethodDescriptor().getFullMethodName();
            var ours = GrpcProblems.status(new Problem(
                    ProblemCode.NOT_BUILT, method + " is declared but not built yet", Map.of("method", method)));
            var details = ours.getTrailers();
            super.close(ours.getStatus(), details == null ? trailers : details);
        }
    }
}
