package io.polaroid.launcher.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What can be queried. */
@Command(
        name = "tables",
        mixinStandardHelpOptions = true,
        description = "Lists what the running server can be asked for.")
final class TablesCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final ServerOption server = new ServerOption();

    TablesCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try (var client = new PipelineClient(server.in(environment))) {
            var tables = client.tables();
            int width = tables.stream()
                    .mapToInt(table -> table.getName().length())
                    .max()
                    .orElse(0);
            for (var table : tables) {
                String padding = " ".repeat(width - table.getName().length());
                console.line(
                        "%s%s  %-6s  %s".formatted(table.getName(), padding, table.getKind(), table.getDescription()));
            }
            return ExitCode.OK;
        }
    }
}
