package io.polaroid.query.flight;

import io.polaroid.query.engine.QueryControl;
import io.polaroid.query.engine.QueryControl.Stop;
import io.polaroid.query.engine.QueryResult;
import io.polaroid.query.problem.FlightProblems;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one result to one client, on the thread that owns the result, and ends the call exactly once. */
record FlightStream(ServerStreamListener listener, ReadyGate gate, QueryControl control, Duration patience) {
    private static final Logger LOG = LoggerFactory.getLogger(FlightStream.class);

    /** Runs what sends, and tells whether all was sent: not if the client has left. */
    void run(Supplier<Result<Boolean>> sending) {
        try {
            switch (sending.get()) {
                case Result.Ok<Boolean>(var whole) -> {
                    if (whole) {
                        listener.completed();
                    }
                }
                case Result.Err<Boolean>(var problem) -> listener.error(FlightProblems.error(problem));
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a Flight stream failed");
            listener.error(FlightProblems.error(Problem.of(ProblemCode.INTERNAL, "the stream failed; see the log")));
        }
    }

    /** Whether the whole result was sent; it is closed in any case. */
    Result<Boolean> send(QueryResult result) {
        try (result) {
            listener.start(result.batch());
            while (true) {
                var next = result.next();
                if (next instanceof Result.Err<Boolean> || !next.orThrow()) {
                    return next.map(more -> true);
                }
                if (!gate.await(patience)) {
                    return left(result);
                }
                listener.setUseZeroCopy(result.isShared());
                listener.putNext();
            }
        }
    }

    private Result<Boolean> left(QueryResult result) {
        if (listener.isCancelled() || control.stopped().equals(Optional.of(Stop.CANCELLED))) {
            return Result.ok(false);
        }
        return control.stopped().isPresent()
                ? Result.err(result.stopped())
                : Result.err(
                        ProblemCode.BUDGET_EXCEEDED,
                        "the client read nothing for " + patience.toMillis() + " ms, which is the longest allowed");
    }
}
