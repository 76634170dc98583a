package io.polaroid.launcher.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A query over Flight. */
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = "Asks the running server a SELECT over live and historical rows.",
        footer = {"", "Example: ./polaroid sql \"select symbol, count(*) as n from trades group by symbol\""})
final class SqlCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final ServerOption server = new ServerOption();

    @Parameters(arity = "1", paramLabel = "SQL", description = "one SELECT statement")
    private String sql = "";

    @Option(
            names = {"-f", "--format"},
            description =
                    "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}); json is one object per line, arrow an IPC stream")
    private Format format = Format.table;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "write there and not to the terminal")
    private Optional<Path> output = Optional.empty();

    /** What comes out, by the words that users type. */
    enum Format {
        table,
        csv,
        json,
        arrow,
        parquet
    }

    SqlCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        if (format == Format.parquet) {
            console.error(
                    "not built yet: parquet out; write --format arrow, or query from Python and use write_parquet");
            return ExitCode.NOT_BUILT;
        }
        Server at = server.in(environment);
        byte[] ticket =
                JsonNodeFactory.instance.objectNode().put("sql", sql).toString().getBytes(StandardCharsets.UTF_8);
        try (var allocator = new RootAllocator();
                var client = FlightClient.builder(allocator, Location.forGrpcInsecure(at.host(), at.port()))
                        .build();
                var stream = client.getStream(new Ticket(ticket))) {
            if (output.isPresent()) {
                try (var file = Files.newOutputStream(output.get())) {
                    write(stream, file);
                }
            } else {
                write(stream, console.out());
            }
            return ExitCode.OK;
        } catch (FlightRuntimeException e) {
            throw problem(e, at);
        }
    }

    private void write(FlightStream stream, OutputStream out) throws IOException {
        try (RowWriter writer = RowWriter.of(format, stream.getRoot(), out)) {
            while (stream.next()) {
                writer.write();
            }
        }
    }

    private static PolaroidException problem(FlightRuntimeException failure, Server at) {
        CallStatus status = failure.status();
        String description = status.description() == null ? "" : status.description();
        if (status.code() == FlightStatusCode.UNAVAILABLE && description.contains("io exception")) {
            return at.away(failure);
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
