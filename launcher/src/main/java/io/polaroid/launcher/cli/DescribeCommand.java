package io.polaroid.launcher.cli;

import io.polaroid.v1.TableDescription;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The columns of a table. */
@Command(name = "describe", mixinStandardHelpOptions = true, description = "Shows the columns of a table.")
final class DescribeCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final ServerOption server = new ServerOption();

    @Parameters(arity = "1", paramLabel = "TABLE", description = "a stream, a view or a side topic")
    private String name = "";

    DescribeCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try (var client = new PipelineClient(server.in(environment))) {
            var tables = client.tables();
            var found = tables.stream()
                    .filter(table -> table.getName().equals(name))
                    .findFirst();
            if (found.isEmpty()) {
                var names = tables.stream().map(TableDescription::getName).toList();
                console.error("no table \"%s\"; there are %s".formatted(name, String.join(", ", names)));
                return ExitCode.WRONG_USE;
            }
            show(found.get());
            return ExitCode.OK;
        }
    }

    private void show(TableDescription table) {
        console.line("%s: %s, %d partitions".formatted(table.getName(), table.getKind(), table.getPartitions()));
        if (!table.getDescription().isBlank()) {
            console.line(table.getDescription());
        }
        int width = table.getColumnsList().stream()
                .mapToInt(column -> column.getName().length())
                .max()
                .orElse(0);
        table.getColumnsList().forEach(column -> {
            String role = table.getKeyColumnsList().contains(column.getName())
                    ? "  key"
                    : column.getName().equals(table.getTimeColumn()) ? "  time" : "";
            String padding = " ".repeat(width - column.getName().length());
            console.line("  %s%s  %s%s".formatted(column.getName(), padding, column.getType(), role));
        });
    }
}
