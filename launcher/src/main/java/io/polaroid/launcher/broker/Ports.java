package io.polaroid.launcher.broker;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports on loopback. */
public final class Ports {
    private Ports() {}

    /**
     * The port itself if nobody listens on it, or any free one for 0. Parts that can bind to 0 themselves should: between this
     * probe and their own bind another process may take the port.
     *
     * @param port the wished port, 0 for any
     * @param part what wants it, for the message
     * @param variable the environment variable that changes it, for the message
     * @throws PolaroidException {@code INVALID_ARGUMENT} if it is taken
     */
    public static int claim(int port, String part, String variable) {
        if (port < 0 || port > 65_535) {
            throw new PolaroidException(Problem.of(
                    ProblemCode.INVALID_ARGUMENT,
                    "%d is no port for %s; set %s to a number from 0 (any free one) to 65535"
                            .formatted(port, part, variable)));
        }
        try (var socket = new ServerSocket()) {
            // Linux then lets us take a port whose old connections are still in TIME_WAIT, as the servers themselves
            // do.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new PolaroidException(
                    Problem.of(
                            ProblemCode.INVALID_ARGUMENT,
                            "port %d, which %s needs, is taken by another process; stop that one or set %s to another port"
                                    .formatted(port, part, variable)),
                    e);
        }
    }

    /** Any free port. */
    public static int free() {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on loopback", e);
        }
    }
}
