package io.polaroid.launcher.cli;

import io.polaroid.v1.StoreRestore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How far restoring is. */
@Command(
        name = "restore-status",
        mixinStandardHelpOptions = true,
        description =
                "Shows how far each partition of each store is restored in the process that is asked, and how long the"
                        + " rest takes.",
        footer = {"", "Ends with 0 when all is restored and running, else with 1."})
final class RestoreStatusCommand implements Callable<Integer> {
    private static final String LINE = "%-32s %9s %14s %14s %12s %9s";

    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final ServerOption server = new ServerOption();

    RestoreStatusCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try (var client = new PipelineClient(server.in(environment))) {
            var reply = client.restores();
            lines(reply.getStoresList()).forEach(console::line);
            console.line(reply.getReady() ? "ready" : "not ready");
            return reply.getReady() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    static List<String> lines(List<StoreRestore> stores) {
        if (stores.isEmpty()) {
            return List.of("nothing was restored since the process started");
        }
        var lines = new java.util.ArrayList<String>();
        lines.add(LINE.formatted("store", "partition", "rows done", "offsets left", "rows/s", "seconds"));
        stores.stream().map(RestoreStatusCommand::line).forEach(lines::add);
        return lines;
    }

    private static String line(StoreRestore store) {
        String seconds = store.getFinished()
                ? "done"
                : store.hasSecondsLeft() ? String.format(Locale.ROOT, "%.1f", store.getSecondsLeft()) : "?";
        return LINE.formatted(
                store.getStore(),
                store.getPartition(),
                store.getRows(),
                Math.max(0, store.getEndOffset() - store.getDoneOffset()),
                String.format(Locale.ROOT, "%.0f", store.getRowsPerSecond()),
                seconds);
    }
}
