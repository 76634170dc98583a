package io.polaroid.launcher.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.arrow.flight.FlightStream;
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
        new FlightQuery(server.in(environment)).run(sql, stream -> {
            if (output.isPresent()) {
                try (var file = Files.newOutputStream(output.get())) {
                    write(stream, file);
                }
            } else {
                write(stream, console.out());
            }
        });
        return ExitCode.OK;
    }

    private void write(FlightStream stream, OutputStream out) throws IOException {
        try (RowWriter writer = RowWriter.of(format, stream.getRoot(), out)) {
            while (stream.next()) {
                writer.write();
            }
        }
    }
}
