package io.polaroid.query.grpc;

import io.grpc.stub.StreamObserver;
import io.polaroid.query.problem.GrpcProblems;
import io.polaroid.timeseries.result.Result;

/** Results as the one reply of a call, or its error. */
final class Replies {
    private Replies() {}

    static <T> void send(Result<? extends T> result, StreamObserver<T> to) {
        switch (result) {
            case Result.Ok<? extends T>(var reply) -> {
                to.onNext(reply);
                to.onCompleted();
            }
            case Result.Err<? extends T>(var problem) -> to.onError(GrpcProblems.status(problem));
        }
    }
}
