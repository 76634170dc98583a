package io.polaroid.query.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.engine.QueryResult;
import io.polaroid.query.problem.GrpcProblems;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.ArrowBatch;
import io.polaroid.v1.CollectRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Collect: made on the call's thread, run on another, so that the client's readiness can be heard meanwhile. */
final class CollectCall {
    /** Most bytes that a call which does not stream may gather. */
    static final long MAX_GATHERED_BYTES = 256L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(CollectCall.class);

    private final ServerCallStreamObserver<ArrowBatch> client;
    private final Duration patience;
    private final QueryControl control = new QueryControl();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    CollectCall(ServerCallStreamObserver<ArrowBatch> client, Duration patience) {
        this.client = client;
        this.patience = patience;
        client.setOnReadyHandler(this::signal);
        client.setOnCancelHandler(() -> {
            control.cancel();
            signal();
        });
    }

    void run(CollectRequest request, Function<QueryControl, Result<QueryResult>> query) {
        try {
            var sent = query.apply(control).flatMap(result -> request.getStreaming() ? stream(result) : gather(result));
            if (client.isCancelled()) {
                return;
            }
            switch (sent) {
                case Result.Ok<Integer> ok -> client.onCompleted();
                case Result.Err<Integer>(var problem) -> client.onError(GrpcProblems.status(problem));
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a Collect failed");
            client.onError(GrpcProblems.status(Problem.of(ProblemCode.INTERNAL, "Collect failed; see the log")));
        }
    }

    /** Sends batches as they come; how many messages. */
    private Result<Integer> stream(QueryResult result) {
        try (result) {
            int sent = 0;
            while (true) {
                var next = result.next();
                if (next instanceof Result.Err<Boolean>(var problem)) {
                    return Result.err(problem);
                }
                boolean more = next.orThrow();
                if (!more && sent > 0) {
                    return Result.ok(sent);
                }
                var messages = more ? IpcMessages.of(result.batch()) : List.of(schemaOnly(result));
                var delivered = send(result, messages);
                if (!more || delivered instanceof Result.Err<Integer>) {
                    return delivered;
                }
                sent += messages.size();
            }
        }
    }

    /** Computes everything, then sends; how many messages. */
    private Result<Integer> gather(QueryResult result) {
        try (result) {
            var messages = new ArrayList<ArrowBatch>();
            long bytes = 0;
            while (true) {
                var next = result.next();
                if (next instanceof Result.Err<Boolean>(var problem)) {
                    return Result.err(problem);
                }
                if (!next.orThrow()) {
                    return send(result, messages.isEmpty() ? List.of(schemaOnly(result)) : messages);
                }
                for (var message : IpcMessages.of(result.batch())) {
                    bytes += message.getArrowIpc().size();
                    messages.add(message);
                }
                if (bytes > MAX_GATHERED_BYTES) {
                    return Result.err(
                            ProblemCode.BUDGET_EXCEEDED,
                            "the result has more than " + MAX_GATHERED_BYTES
                                    + " bytes, the most that is gathered; collect with streaming = true");
                }
            }
        }
    }

    private static ArrowBatch schemaOnly(QueryResult result) {
        return IpcMessages.message(IpcMessages.schema(result.batch()));
    }

    private Result<Integer> send(QueryResult result, List<ArrowBatch> messages) {
        for (var message : messages) {
            if (!awaitReady()) {
                if (control.stopped().isPresent() && !client.isCancelled()) {
                    return Result.err(result.stopped());
                }
                return client.isCancelled()
                        ? Result.err(ProblemCode.CANCELLED, "the client went away")
                        : Result.err(
                                ProblemCode.BUDGET_EXCEEDED,
                                "the client read nothing for " + patience.toMillis()
                                        + " ms, which is the longest allowed");
            }
            client.onNext(message);
        }
        return Result.ok(messages.size());
    }

    private boolean awaitReady() {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!client.isReady() && !client.isCancelled()) {
                if (left <= 0 || control.stopped().isPresent()) {
                    return false;
                }
                long slice = Math.min(left, TimeUnit.SECONDS.toNanos(1));
                left -= slice - Math.max(0, changed.awaitNanos(slice));
            }
            return !client.isCancelled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
