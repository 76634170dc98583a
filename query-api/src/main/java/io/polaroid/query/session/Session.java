package io.polaroid.query.session;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Whose call it is: the header {@value #HEADER}, else the peer's address. It only says whose account handles go to. */
public final class Session implements ServerInterceptor {
    /** The header that names a session. */
    public static final String HEADER = "polaroid-session";

    private static final Metadata.Key<String> KEY = Metadata.Key.of(HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CURRENT = Context.keyWithDefault(HEADER, "none");
    private static final int LONGEST = 100;

    /** The session of the call on whose thread this is asked. */
    public static String current() {
        return CURRENT.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var named = headers.get(KEY);
        var session = named == null
                ? "peer " + call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
                : named.substring(0, Math.min(LONGEST, named.length()));
        return Contexts.interceptCall(Context.current().withValue(CURRENT, session), call, headers, next);
    }
}
