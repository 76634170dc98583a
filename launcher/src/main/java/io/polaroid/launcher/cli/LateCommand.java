package io.polaroid.launcher.cli;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The rows that came too late for a view. */
@Command(
        name = "late",
        mixinStandardHelpOptions = true,
        description = "Shows the rows that came after a view's window, disorder and grace, with the decision on each.",
        footer = {"", "Example: ./polaroid late bars_1m --rows 20"})
final class LateCommand implements Callable<Integer> {
    private static final String COLUMNS =
            "ts, series, input, window_start, window_end, lateness_us, decision, \"partition\", \"offset\", payload";

    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final ServerOption server = new ServerOption();

    @Parameters(arity = "1", paramLabel = "VIEW", description = "a view")
    private String view = "";

    @Option(
            names = {"-n", "--rows"},
            paramLabel = "N",
            description = "the newest N rows (${DEFAULT-VALUE})")
    private int rows = 100;

    @Option(
            names = {"-f", "--format"},
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}); the summary comes with table only")
    private SqlCommand.Format format = SqlCommand.Format.table;

    LateCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        if (view.contains("\"")) {
            throw new PolaroidException(Problem.of(ProblemCode.INVALID_ARGUMENT, "\"%s\" is no view".formatted(view)));
        }
        if (format == SqlCommand.Format.parquet) {
            console.error("not built yet: parquet out; write --format arrow");
            return ExitCode.NOT_BUILT;
        }
        var query = new FlightQuery(server.in(environment));
        String table = "\"" + view + ".late\"";
        show(
                query,
                "select * from (select %s from %s order by ts desc, \"offset\" desc limit %d) order by ts, \"offset\""
                        .formatted(COLUMNS, table, rows));
        if (format == SqlCommand.Format.table) {
            console.line("");
            show(
                    query,
                    "select input, decision, count(*) as n, count(distinct series) as series, min(ts) as from_ts,"
                            + " max(ts) as to_ts, max(lateness_us) as most_late_us from " + table
                            + " group by input, decision order by input, decision");
        }
        return ExitCode.OK;
    }

    private void show(FlightQuery query, String sql) throws Exception {
        query.run(sql, stream -> {
            try (RowWriter writer = RowWriter.of(format, stream.getRoot(), console.out())) {
                while (stream.next()) {
                    writer.write();
                }
            }
        });
    }
}
