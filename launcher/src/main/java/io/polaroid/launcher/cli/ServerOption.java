package io.polaroid.launcher.cli;

import io.polaroid.launcher.Settings;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which server a command talks to. */
final class ServerOption {
    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            description = "gRPC address of the server (127.0.0.1, POLAROID_GRPC_PORT or 50051)")
    private Optional<String> server = Optional.empty();

    Server in(Map<String, String> environment) {
        return server.map(Server::of)
                .orElseGet(
                        () -> new Server("127.0.0.1", Settings.of(environment).grpcPort()));
    }
}
