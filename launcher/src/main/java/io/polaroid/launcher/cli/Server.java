package io.polaroid.launcher.cli;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;

/**
 * Where a running server answers.
 *
 * @param host its host
 * @param port of gRPC and Flight
 */
record Server(String host, int port) {
    /** What {@code host:port} says. */
    static Server of(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon > 0) {
                return new Server(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new PolaroidException(
                Problem.of(ProblemCode.INVALID_ARGUMENT, "--server is \"%s\"; write host:port".formatted(text)));
    }

    /** Nobody answers there. */
    PolaroidException away(Throwable cause) {
        return new PolaroidException(
                Problem.of(
                        ProblemCode.BROKER_UNREACHABLE,
                        "no polaroid server answers at %s:%d; start one with ./polaroid up, or name its port with POLAROID_GRPC_PORT or --server"
                                .formatted(host, port)),
                cause);
    }
}
