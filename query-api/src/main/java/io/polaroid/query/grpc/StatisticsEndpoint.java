package io.polaroid.query.grpc;

import io.grpc.stub.StreamObserver;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.statistics.AdfResult;
import io.polaroid.timeseries.statistics.JohansenResult;
import io.polaroid.v1.AdfTestReply;
import io.polaroid.v1.AdfTestRequest;
import io.polaroid.v1.Eigenvector;
import io.polaroid.v1.JohansenCriticalValues;
import io.polaroid.v1.JohansenTestReply;
import io.polaroid.v1.JohansenTestRequest;
import io.polaroid.v1.StatisticsServiceGrpc;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tests of series that come with the call. */
public final class StatisticsEndpoint extends StatisticsServiceGrpc.StatisticsServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(StatisticsEndpoint.class);
    /** Tests that run at once; the longest keep a core busy for seconds. */
    private static final int MOST_AT_ONCE = 8;

    private final BufferAllocator allocator;
    private final Semaphore running = new Semaphore(MOST_AT_ONCE);

    /**
     * An endpoint.
     *
     * @param allocator what the rows of a call are read into
     */
    public StatisticsEndpoint(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public void adfTest(AdfTestRequest request, StreamObserver<AdfTestReply> reply) {
        Replies.send(guarded(() -> adf(request)), reply);
    }

    @Override
    public void johansenTest(JohansenTestRequest request, StreamObserver<JohansenTestReply> reply) {
        Replies.send(guarded(() -> johansen(request)), reply);
    }

    private Result<AdfTestReply> adf(AdfTestRequest request) {
        var maxLag = request.hasMaxlag() ? Optional.of(request.getMaxlag()) : Optional.<Integer>empty();
        return TestRequests.adf(maxLag, request.getRegression(), request.getAutolag())
                .flatMap(test -> NumberColumns.read(request.getRows(), allocator)
                        .flatMap(StatisticsEndpoint::single)
                        .flatMap(test::apply))
                .map(StatisticsEndpoint::reply);
    }

    private Result<JohansenTestReply> johansen(JohansenTestRequest request) {
        var differences = request.hasKArDiff() ? Optional.of(request.getKArDiff()) : Optional.<Integer>empty();
        var test = TestRequests.johansen(request.getDetOrder(), differences);
        return NumberColumns.read(request.getRows(), allocator)
                .flatMap(columns -> test.apply(columns.names(), columns.values()))
                .map(StatisticsEndpoint::reply);
    }

    private <T> Result<T> guarded(Supplier<Result<T>> call) {
        if (!running.tryAcquire()) {
            return Result.err(
                    ProblemCode.BUDGET_EXCEEDED,
                    MOST_AT_ONCE + " tests are running, the most at once; try again when one has ended");
        }
        try {
            return call.get();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a statistical test failed");
            return Result.err(ProblemCode.INTERNAL, "the test failed; see the log");
        } finally {
            running.release();
        }
    }

    private static Result<double[]> single(NumberColumns columns) {
        return columns.values().length == 1
                ? Result.ok(columns.values()[0])
                : Result.err(Problem.of(
                        ProblemCode.INVALID_ARGUMENT,
                        "x has " + columns.values().length + " columns; the ADF test takes one series"));
    }

    private static AdfTestReply reply(AdfResult found) {
        return AdfTestReply.newBuilder()
                .setStatistic(found.statistic())
                .setPValue(found.pValue())
                .setUsedLag(found.usedLag())
                .setNobs(found.observations())
                .putCriticalValues("1%", found.criticalValues().onePercent())
                .putCriticalValues("5%", found.criticalValues().fivePercent())
                .putCriticalValues("10%", found.criticalValues().tenPercent())
                .build();
    }

    private static JohansenTestReply reply(JohansenResult found) {
        var reply = JohansenTestReply.newBuilder()
                .addAllEigenvalues(found.eigenvalues())
                .addAllTraceStatistics(found.traceStatistics())
                .addAllMaxEigenStatistics(found.maxEigenStatistics());
        found.traceCriticalValues().forEach(values -> reply.addTraceCriticalValues(values(values)));
        found.maxEigenCriticalValues().forEach(values -> reply.addMaxEigenCriticalValues(values(values)));
        found.eigenvectors()
                .forEach(
                        vector -> reply.addEigenvectors(Eigenvector.newBuilder().addAllWeights(vector)));
        return reply.build();
    }

    private static JohansenCriticalValues values(JohansenResult.CriticalValues values) {
        return JohansenCriticalValues.newBuilder()
                .setAt90(values.at90())
                .setAt95(values.at95())
                .setAt99(values.at99())
                .build();
    }
}
