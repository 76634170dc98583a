package io.polaroid.launcher.cli;

import io.polaroid.launcher.Settings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Folder and ports as options; each stands for its environment variable and wins over it. */
final class PortOptions {
    private final Map<String, String> given = new LinkedHashMap<>();

    @Option(names = "--data", paramLabel = "FOLDER", description = "where everything is kept (POLAROID_DATA, ./data)")
    void data(String folder) {
        given.put(Settings.DATA, folder);
    }

    @Option(names = "--kafka-port", paramLabel = "PORT", description = "of the broker (POLAROID_KAFKA_PORT, 9092)")
    void kafka(String port) {
        given.put("POLAROID_KAFKA_PORT", port);
    }

    @Option(
            names = "--registry-port",
            paramLabel = "PORT",
            description = "of the schema registry (POLAROID_REGISTRY_PORT, 8081)")
    void registry(String port) {
        given.put("POLAROID_REGISTRY_PORT", port);
    }

    @Option(names = "--grpc-port", paramLabel = "PORT", description = "of gRPC and Flight (POLAROID_GRPC_PORT, 50051)")
    void grpc(String port) {
        given.put("POLAROID_GRPC_PORT", port);
    }

    @Option(names = "--web-port", paramLabel = "PORT", description = "of page and REST (POLAROID_WEB_PORT, 8080)")
    void web(String port) {
        given.put("POLAROID_WEB_PORT", port);
    }

    @Option(
            names = "--connect-port",
            paramLabel = "PORT",
            description = "of Kafka Connect's REST interface (POLAROID_CONNECT_PORT, 8083)")
    void connect(String port) {
        given.put("POLAROID_CONNECT_PORT", port);
    }

    /** The environment as the options change it. */
    Map<String, String> over(Map<String, String> environment) {
        var all = new HashMap<>(environment);
        all.putAll(given);
        return all;
    }

    /** The settings that come of it. */
    Settings settings(Map<String, String> environment) {
        return Settings.of(over(environment));
    }
}
