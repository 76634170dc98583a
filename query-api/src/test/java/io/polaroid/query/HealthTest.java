package io.polaroid.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.polaroid.store.read.LiveTables;
import io.polaroid.store.read.PipelineStatus;
import io.polaroid.store.read.RestoreStatus;
import io.polaroid.testsupport.Allocators;
import io.polaroid.v1.PipelineServiceGrpc;
import io.polaroid.v1.RestoreStatusRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a server says of itself while its pipeline restores. */
@ExtendWith(Allocators.class)
class HealthTest {
    private final AtomicBoolean ready = new AtomicBoolean();

    @Test
    @Timeout(60)
    void queriesAreNotServedUntilAllIsRestored(BufferAllocator allocator) throws Exception {
        LiveTables none = List::of;
        var config = Servers.config(Map.of(), List.of(), Map.of());
        try (var server = QueryServer.open(config, none, new Restoring(), allocator, Servers.CLOCK)) {
            var channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                    .usePlaintext()
                    .build();
            try {
                assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
                assertThat(health(channel, "polaroid.v1.DataFrameService")).isEqualTo(ServingStatus.NOT_SERVING);
                assertThat(health(channel, "arrow.flight.protocol.FlightService"))
                        .isEqualTo(ServingStatus.NOT_SERVING);
                assertThat(health(channel, "polaroid.v1.PipelineService")).isEqualTo(ServingStatus.SERVING);
                var restores = PipelineServiceGrpc.newBlockingStub(channel)
                        .restoreStatus(RestoreStatusRequest.getDefaultInstance());
                assertThat(restores.getReady()).isFalse();
                assertThat(restores.getStores(0).getSecondsLeft()).isEqualTo(2.0);
                assertThat(metrics(server))
                        .contains("polaroid_ready 0")
                        .contains("polaroid_restore_fraction{store=\"trades-rows\",partition=\"1\"} 0.5")
                        .contains("polaroid_restore_rows_total{store=\"trades-rows\",partition=\"1\"} 50")
                        .contains("polaroid_restore_left_seconds{store=\"trades-rows\",partition=\"1\"} 2.000");

                ready.set(true);
                while (health(channel, "") != ServingStatus.SERVING) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                assertThat(health(channel, "polaroid.v1.DataFrameService")).isEqualTo(ServingStatus.SERVING);
            } finally {
                channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
        }
    }

    private static ServingStatus health(ManagedChannel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static String metrics(QueryServer server) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + "/metrics"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private final class Restoring implements PipelineStatus {
        @Override
        public boolean ready() {
            return ready.get();
        }

        @Override
        public String application() {
            return "market";
        }

        @Override
        public List<StreamStatus> streams() {
            return List.of();
        }

        @Override
        public List<ViewStatus> views() {
            return List.of();
        }

        @Override
        public List<FeedStatus> feeds() {
            return List.of();
        }

        @Override
        public List<RestoreStatus> restores() {
            return List.of(new RestoreStatus("trades-rows", "trades", 1, 20, 70, 120, 50, 25, false));
        }
    }
}
