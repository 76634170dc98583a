package io.polaroid.query.grpc;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.polaroid.store.read.PipelineStatus;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * gRPC health: the server as a whole and the services that answer queries are {@code NOT_SERVING} until every partition that is
 * assigned to this instance is restored; the service that tells about that serves from the start.
 */
public final class HealthWatch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    private final HealthStatusManager health = new HealthStatusManager();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("health").factory());
    private final PipelineStatus status;
    private final List<String> queries;

    /**
     * Begins to look.
     *
     * @param queries names of the services that need what is restored
     * @param always names of those that do not
     */
    public HealthWatch(PipelineStatus status, List<String> queries, List<String> always) {
        this.status = status;
        this.queries = queries;
        always.forEach(service -> health.setStatus(service, ServingStatus.SERVING));
        look();
        var ignored = thread.scheduleWithFixedDelay(this::look, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The service that clients ask. */
    public BindableService service() {
        return health.getHealthService();
    }

    private void look() {
        var serving = status.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, serving);
        queries.forEach(service -> health.setStatus(service, serving));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        health.enterTerminalState();
    }
}
