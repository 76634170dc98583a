package io.polaroid.launcher;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a stack keeps its data and listens. {@code POLAROID_DATA} and {@code POLAROID_<PART>_PORT} set them, so that two
 * stacks run side by side.
 *
 * @param data folder of everything that is kept
 * @param kafkaPort of the embedded broker
 * @param registryPort of the embedded schema registry
 * @param grpcPort of gRPC, Flight and Flight SQL
 * @param webPort of the page, REST and metrics
 * @param connectPort of Kafka Connect's REST interface
 * @param replayPort of the local replay server
 */
public record Settings(
        Path data, int kafkaPort, int registryPort, int grpcPort, int webPort, int connectPort, int replayPort) {
    /** The folder's variable. */
    public static final String DATA = "POLAROID_DATA";

    /** What the environment says, and defaults for the rest. */
    public static Settings of(Map<String, String> environment) {
        return new Settings(
                Path.of(environment.getOrDefault(DATA, "data")),
                port(environment, "KAFKA", 9092),
                port(environment, "REGISTRY", 8081),
                port(environment, "GRPC", 50051),
                port(environment, "WEB", 8080),
                port(environment, "CONNECT", 8083),
                port(environment, "REPLAY", 8090));
    }

    /** The same with another port of gRPC and Flight. */
    public Settings withGrpcPort(int port) {
        return new Settings(data, kafkaPort, registryPort, port, webPort, connectPort, replayPort);
    }

    /** The broker of an {@code up} on this machine, for a pipeline that names none. */
    public String localBroker() {
        return "127.0.0.1:" + kafkaPort;
    }

    /** The schema registry of an {@code up} on this machine, for a pipeline that names none. */
    public URI localRegistry() {
        return URI.create("http://127.0.0.1:" + registryPort);
    }

    /** Kafka's folder. */
    public Path kafkaFolder() {
        return data.resolve("kafka");
    }

    /** Kafka Streams' folder. */
    public Path stateFolder() {
        return data.resolve("state");
    }

    /** Files that clients may read and write. */
    public Path filesFolder() {
        return data.resolve("files");
    }

    private static int port(Map<String, String> environment, String part, int otherwise) {
        String variable = "POLAROID_" + part + "_PORT";
        String text = environment.getOrDefault(variable, "");
        if (text.isBlank()) {
            return otherwise;
        }
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below, with the same words as a number out of range
        }
        throw new PolaroidException(Problem.of(
                ProblemCode.INVALID_ARGUMENT,
                "%s is \"%s\"; set it to a port from 0 (any free one) to 65535".formatted(variable, text)));
    }
}
