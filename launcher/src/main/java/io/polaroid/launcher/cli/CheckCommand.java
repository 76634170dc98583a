package io.polaroid.launcher.cli;

import io.polaroid.launcher.config.DurationText;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.topology.pipeline.StreamSpec;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether a pipeline file is right. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks a pipeline file without starting anything and shows what it would run.",
        footer = "Every mistake is one line: file:line: path: what is wrong and what to do.")
final class CheckCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Parameters(arity = "0..1", paramLabel = "PIPELINE", description = "the pipeline file (${DEFAULT-VALUE})")
    private Path pipeline = Path.of("pipeline.yaml");

    @Option(names = "--topology", description = "also print the Kafka Streams topology")
    private boolean topology;

    CheckCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        return new NamedPipeline(pipeline, environment).load(console, file -> {
            show(file);
            if (topology) {
                showTopology(file);
            }
            return ExitCode.OK;
        });
    }

    private void show(PipelineFile file) {
        var parts = file.pipeline();
        console.line("%s: right; application %s, %s, %d threads"
                .formatted(
                        pipeline,
                        parts.application(),
                        parts.guarantee().name().toLowerCase(Locale.ROOT),
                        parts.threads()));
        for (var source : file.sources()) {
            var into =
                    source.rows().stream().map(rule -> rule.into()).distinct().toList();
            console.line("  source %s: %s -> %s".formatted(source.name(), source.url(), String.join(", ", into)));
        }
        for (StreamSpec stream : parts.streams().values()) {
            console.line("  stream %s: key %s, time %s, %d partitions, rows kept %s"
                    .formatted(
                            stream.name(),
                            String.join("|", stream.key()),
                            stream.time(),
                            stream.partitions(),
                            DurationText.of(stream.retention())));
        }
        parts.views().values().forEach(view -> console.line("  view %s: %s".formatted(view.name(), describe(view))));
        file.sinks()
                .forEach(sink -> console.line(
                        "  sink %s: %s -> %s".formatted(sink.name(), String.join(", ", sink.from()), sink.path())));
    }

    private static String describe(ViewSpec view) {
        String what = switch (view) {
            case ViewSpec.Resample resample ->
                "%s every %s: %s"
                        .formatted(
                                resample.from(),
                                resample.windows(),
                                String.join(", ", resample.aggregates().sequencedKeySet()));
            case ViewSpec.Rolling rolling ->
                "%s over %s: %s"
                        .formatted(
                                rolling.from(),
                                DurationText.of(rolling.period()),
                                String.join(", ", rolling.aggregates().sequencedKeySet()));
            case ViewSpec.PerRow perRow -> "%s, each row: %s".formatted(perRow.from(), perRow.function());
            case ViewSpec.Session session ->
                "%s in sessions of gap %s: %s"
                        .formatted(
                                session.from(),
                                DurationText.of(session.gap()),
                                String.join(", ", session.aggregates().sequencedKeySet()));
            case ViewSpec.Steps steps ->
                "%s %s every %s, up to %s after its last row"
                        .formatted(
                                String.join(" and ", steps.inputs()),
                                steps.take() == ViewSpec.Steps.Take.AT ? "upsampled" : "aligned",
                                steps.every().every(),
                                DurationText.of(steps.reach()));
            case ViewSpec.Lookup lookup ->
                "%s with %s around it: %s".formatted(lookup.from(), lookup.with(), lookup.lookup());
            case ViewSpec.AsOf asOf ->
                "%s as of %s%s"
                        .formatted(
                                asOf.from(),
                                asOf.with(),
                                asOf.tolerance().equals(ViewSpec.AsOf.ANY_DISTANCE)
                                        ? ", however long before"
                                        : " within " + DurationText.of(asOf.tolerance()));
        };
        return "%s (disorder %s, grace %s%s, results kept %s)"
                .formatted(
                        what,
                        DurationText.of(view.policy().disorder()),
                        DurationText.of(view.policy().grace()),
                        view.policy().lateness() instanceof ViewSpec.Lateness.OfSeries(Duration behind)
                                ? ", series up to %s behind".formatted(DurationText.of(behind))
                                : "",
                        DurationText.of(view.policy().retention()));
    }

    private void showTopology(PipelineFile file) {
        try (var allocator = new RootAllocator()) {
            var built = PipelineTopology.of(file.pipeline(), new InMemorySchemaRegistry(), allocator, new Running())
                    .orThrow();
            console.line(built.build().describe().toString());
        }
    }
}
