package io.polaroid.launcher.cli;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.v1.PipelineServiceGrpc;
import io.polaroid.v1.RestoreStatusReply;
import io.polaroid.v1.RestoreStatusRequest;
import io.polaroid.v1.TableDescription;
import io.polaroid.v1.TablesRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Asks a running server what it holds. */
final class PipelineClient implements AutoCloseable {
    private static final long LIMIT_SECONDS = 15;

    private final Server server;
    private final ManagedChannel channel;

    PipelineClient(Server server) {
        this.server = server;
        this.channel = ManagedChannelBuilder.forAddress(server.host(), server.port())
                .usePlaintext()
                .build();
    }

    List<TableDescription> tables() {
        return ask(stub -> stub.tables(TablesRequest.getDefaultInstance())).getTablesList();
    }

    RestoreStatusReply restores() {
        return ask(stub -> stub.restoreStatus(RestoreStatusRequest.getDefaultInstance()));
    }

    private <T> T ask(Function<PipelineServiceGrpc.PipelineServiceBlockingStub, T> question) {
        try {
            return question.apply(
                    PipelineServiceGrpc.newBlockingStub(channel).withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                throw server.away(e);
            }
            throw new PolaroidException(
                    Problem.of(ProblemCode.INTERNAL, "the server answers %s".formatted(e.getStatus())), e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
