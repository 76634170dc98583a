package io.polaroid.query.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.polaroid.query.problem.GrpcProblems;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What nobody foresaw: the caller hears which method failed and where to look, the log has the rest. */
public final class Failures implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onHalfClose() {
                try {
                    super.onHalfClose();
                } catch (RuntimeException failure) {
                    var method = call.getMethodDescriptor().getFullMethodName();
                    LOG.error("{} failed", method, failure);
                    var problem = GrpcProblems.status(new Problem(
                            ProblemCode.INTERNAL,
                            method + " failed on the server, whose log says why; please report it with the call",
                            Map.of("method", method)));
                    var details = problem.getTrailers();
                    call.close(problem.getStatus(), details == null ? new Metadata() : details);
                }
            }
        };
    }
}
