package io.polaroid.launcher.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.RootAllocator;

/**
 * Asks a running server over Flight.
 *
 * @param server the server
 */
record FlightQuery(Server server) {
    /** Takes an answer. */
    @FunctionalInterface
    interface Reader {
        void read(FlightStream stream) throws Exception;
    }

    /**
     * Runs a SELECT; the stream is valid within the call.
     *
     * @throws PolaroidException what the server answers instead, or that nobody does
     */
    void run(String sql, Reader reader) throws Exception {
        byte[] ticket =
                JsonNodeFactory.instance.objectNode().put("sql", sql).toString().getBytes(StandardCharsets.UTF_8);
        try (var allocator = new RootAllocator();
                var client = FlightClient.builder(allocator, Location.forGrpcInsecure(server.host(), server.port()))
                        .build();
                var stream = client.getStream(new Ticket(ticket))) {
            reader.read(stream);
        } catch (FlightRuntimeException e) {
            throw problem(e);
        }
    }

    private PolaroidException problem(FlightRuntimeException failure) {
        CallStatus status = failure.status();
        String description = status.description() == null ? "" : status.description();
        if (status.code() == FlightStatusCode.UNAVAILABLE && description.contains("io exception")) {
            return server.away(failure);
        }
        return new PolaroidException(Problem.of(code(status.code()), description), failure);
    }

    private static ProblemCode code(FlightStatusCode code) {
        return switch (code) {
            case INVALID_ARGUMENT -> ProblemCode.INVALID_ARGUMENT;
            case NOT_FOUND -> ProblemCode.UNKNOWN_TABLE;
            case UNIMPLEMENTED -> ProblemCode.NOT_BUILT;
            case UNAUTHENTICATED, UNAUTHORIZED -> ProblemCode.NOT_ALLOWED;
            case RESOURCE_EXHAUSTED -> ProblemCode.BUDGET_EXCEEDED;
            case CANCELLED, TIMED_OUT -> ProblemCode.CANCELLED;
            case UNAVAILABLE -> ProblemCode.RESTORING;
            case OK, UNKNOWN, INTERNAL, ALREADY_EXISTS -> ProblemCode.INTERNAL;
        };
    }
}
