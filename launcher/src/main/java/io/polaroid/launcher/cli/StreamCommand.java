package io.polaroid.launcher.cli;

import io.polaroid.launcher.Settings;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.launcher.run.Processing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One more process of a pipeline. */
@Command(
        name = "stream",
        mixinStandardHelpOptions = true,
        description = "Runs a pipeline's processing and queries as one more process; processes share the partitions.",
        footer = {
            "",
            "Broker and registry are those of the file, else those of an up on this machine. Each process needs a data",
            "folder and ports of its own:",
            "  ./polaroid stream pipeline.yaml --data data2 --grpc-port 50052 --web-port 8082"
        })
final class StreamCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final PortOptions options = new PortOptions();

    @Parameters(arity = "0..1", paramLabel = "PIPELINE", description = "the pipeline file (${DEFAULT-VALUE})")
    private Path pipeline = Path.of("pipeline.yaml");

    StreamCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        return named().load(console, this::run);
    }

    private NamedPipeline named() {
        return new NamedPipeline(pipeline, options.over(environment));
    }

    private int run(PipelineFile file) throws Exception {
        Settings settings = options.settings(environment);
        InstantSource clock = InstantSource.system();
        Instant begun = ProcessHandle.current().info().startInstant().orElse(clock.instant());
        Processing processing = Processing.open(file, settings);
        var at = processing.addresses();
        console.line("kafka    " + at.bootstrap());
        console.line("registry " + at.registry());
        var told = new AtomicBoolean();
        return new UntilStopped(console, clock).run(processing, () -> {
            if (processing.ready() && told.compareAndSet(false, true)) {
                console.line("ready after " + UntilStopped.seconds(Duration.between(begun, clock.instant())));
                console.line("page     http://127.0.0.1:%d/".formatted(at.webPort()));
                console.line("grpc     127.0.0.1:%d".formatted(at.grpcPort()));
            }
            return processing.failure();
        });
    }
}
