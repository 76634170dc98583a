package io.polaroid.launcher.cli;

import io.polaroid.launcher.Settings;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.launcher.history.ParquetHistory;
import io.polaroid.launcher.history.RestPages;
import io.polaroid.schemas.registry.HttpSchemaRegistry;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import io.polaroid.topology.prove.Backfill;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.RootAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** A time of a view that is over, computed again over all rows that there are. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description =
                "Computes the results of a time that is over again, over all rows that there are: those of the topic"
                        + " (late ones too), what sinks have of it, and what is given here. What differs is published as"
                        + " next revisions. Rows that are there already are left out: by the stream's id, else by offset,"
                        + " else by time.",
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong use; a time that still takes corrections is refused.",
            "Example: ./polaroid backfill bars_1m demo/pipeline.yaml --from 2024-08-08 --to 2024-08-09 --parquet"
                    + " 'old/*.parquet'"
        })
final class BackfillCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final PortOptions ports = new PortOptions();

    @Mixin
    private final GivenOptions given = new GivenOptions();

    @Parameters(index = "0", arity = "1", paramLabel = "VIEW", description = "a view of the pipeline")
    private String view = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PIPELINE",
            description = "the pipeline file that runs (${DEFAULT-VALUE})")
    private Path pipeline = Path.of("pipeline.yaml");

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            converter = Time.class,
            description = "begin, as in 2024-08-08T12:00:00Z or 2024-08-08 (UTC)")
    private Instant from = Instant.EPOCH;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TIME",
            converter = Time.class,
            description = "end, exclusive")
    private Instant to = Instant.EPOCH;

    @Option(
            names = "--rest",
            paramLabel = "URL",
            description = "a REST service that gives rows of the stream; further pages by Link headers (rel=next). Its"
                    + " replies are kept under POLAROID_DATA/backfill, to be given to prove as --pages")
    private Optional<URI> rest = Optional.empty();

    BackfillCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        return named().load(console, this::backfill);
    }

    private NamedPipeline named() {
        return new NamedPipeline(pipeline, ports.over(environment));
    }

    private int backfill(PipelineFile file) {
        ViewSpec spec = named().view(file, view);
        Settings settings = ports.settings(environment);
        List<String> pages = rest.map(url ->
                        RestPages.into(settings.data().resolve("backfill")).fetch(url))
                .orElse(List.of());
        pages.forEach(page -> console.line("kept " + page));
        var brought = given.brought(file.pipeline(), spec, pages);
        brought.forEach((stream, rows) -> console.line("%s: %d rows given%s"
                .formatted(
                        stream,
                        rows.size(),
                        rows.refused() == 0 ? "" : ", %d others are no rows of the stream".formatted(rows.refused()))));
        var registry = HttpSchemaRegistry.of(List.of(file.registry().orElseGet(settings::localRegistry)));
        String servers = file.bootstrap().orElseGet(settings::localBroker);
        try (var allocator = new RootAllocator()) {
            var topology = PipelineTopology.of(file.pipeline(), registry, allocator, new Running())
                    .orThrow();
            var done = new Backfill(
                            file.pipeline(), spec, registry, topology, servers, new ParquetHistory(file.sinks()))
                    .run(from, to, brought);
            done.cuts().forEach(console::line);
            console.line("%s: from %s to %s %d results added, %d revised, %d right already"
                    .formatted(view, from, to, done.added(), done.revised(), done.unchanged()));
        }
        return ExitCode.OK;
    }

    /** Instants, or days of UTC. */
    static final class Time implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return text.indexOf('T') < 0
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is no time; say 2024-08-08T12:00:00Z or 2024-08-08");
            }
        }
    }
}
