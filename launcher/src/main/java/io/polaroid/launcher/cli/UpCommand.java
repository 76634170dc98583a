package io.polaroid.launcher.cli;

import io.polaroid.launcher.Settings;
import io.polaroid.launcher.config.PipelineFile;
import io.polaroid.launcher.run.Stack;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Everything in one process. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts the whole stack in this process: broker, schema registry, connectors, pipeline, queries.",
        footer = "Ctrl-C stops cleanly; the next start goes on where this one was.")
final class UpCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final PortOptions options = new PortOptions();

    @Parameters(arity = "0..1", paramLabel = "PIPELINE", description = "the pipeline file (${DEFAULT-VALUE})")
    private Path pipeline = Path.of("pipeline.yaml");

    UpCommand(Console console, Map<String, String> environment) {
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
        console.line("polaroid starts %s; data in %s, log in %s"
                .formatted(
                        pipeline,
                        settings.data(),
                        settings.data().resolve("logs").resolve("polaroid.log")));
        Stack stack = Stack.open(file, settings);
        var announced = new Announcement(console, stack, file, begun, clock);
        return new UntilStopped(console, clock).run(stack, announced::look);
    }

    /** Tells once that the pipeline is ready, and looks for failures from then on. */
    private static final class Announcement {
        private final Console console;
        private final Stack stack;
        private final PipelineFile file;
        private final Instant begun;
        private final InstantSource clock;
        private boolean told;

        Announcement(Console console, Stack stack, PipelineFile file, Instant begun, InstantSource clock) {
            this.console = console;
            this.stack = stack;
            this.file = file;
            this.begun = begun;
            this.clock = clock;
            Stack.Addresses at = stack.addresses();
            console.line("kafka    " + at.bootstrap());
            console.line("registry " + at.registry());
            console.line("connect  " + at.connect());
        }

        Optional<String> look() {
            if (!told && stack.ready()) {
                told = true;
                tell();
            }
            return stack.failure();
        }

        /** A table to try: the first view, or the first stream. */
        private String table() {
            return file.pipeline().views().isEmpty()
                    ? file.pipeline().streams().firstEntry().getKey()
                    : file.pipeline().views().firstEntry().getKey();
        }

        private String time() {
            var view = file.pipeline().views().get(table());
            String stream = view == null ? table() : view.from();
            return Objects.requireNonNull(file.pipeline().streams().get(stream)).time();
        }

        private void tell() {
            Stack.Addresses at = stack.addresses();
            console.line("ready after " + UntilStopped.seconds(Duration.between(begun, clock.instant())));
            console.line("page     http://127.0.0.1:%d/".formatted(at.webPort()));
            console.line("sql      %s./polaroid sql \"select * from %s order by %s desc limit 5\""
                    .formatted(
                            at.grpcPort() == 50051 ? "" : "POLAROID_GRPC_PORT=" + at.grpcPort() + " ",
                            table(),
                            time()));
            console.line(
                    "python   import polaroid as pd; pd.connect(\"127.0.0.1:%d\"); print(pd.table(\"%s\").collect())"
                            .formatted(at.grpcPort(), table()));
        }
    }
}
