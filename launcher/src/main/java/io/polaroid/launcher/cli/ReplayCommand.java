package io.polaroid.launcher.cli;

import io.polaroid.ingest.replay.ReplayConfig;
import io.polaroid.ingest.replay.ReplayServer;
import io.polaroid.launcher.Settings;
import io.polaroid.launcher.broker.Ports;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A recorded feed as a local WebSocket server. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Serves recordings as WebSocket feeds on loopback, each at /<file name without .txt.gz>.")
final class ReplayCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "recordings (.txt.gz)")
    private List<Path> files = List.of();

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "1 for the original pace, 10 for ten times as fast, 0 for as fast as the clients take. At 0 no"
                            + " client gets more than 500 ms of session time ahead of another, unless that one reads nothing for 5 s;"
                            + " the first to subscribe waits up to 2 s for the other recordings.")
    private double speed;

    @Option(names = "--loop", description = "go on from the beginning at the end, with times and ids moved on")
    private boolean loop;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "port (POLAROID_REPLAY_PORT, 8090); 0 for any free one")
    private Optional<String> port = Optional.empty();

    ReplayCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        if (!(speed >= 0) || Double.isInfinite(speed)) {
            console.error("--speed is %s; it must be 0 or a positive number".formatted(speed));
            return ExitCode.WRONG_USE;
        }
        var all = new HashMap<>(environment);
        port.ifPresent(text -> all.put("POLAROID_REPLAY_PORT", text));
        int wanted = Settings.of(all).replayPort();
        int free = wanted == 0 ? 0 : Ports.claim(wanted, "the replay server", "POLAROID_REPLAY_PORT");
        ReplayServer server = ReplayServer.open(new ReplayConfig(files, "127.0.0.1", free, speed, loop))
                .orThrow();
        for (Path file : files) {
            console.line("replay   ws://127.0.0.1:%d/%s".formatted(server.port(), ReplayServer.stem(file)));
        }
        return new UntilStopped(console, InstantSource.system()).run(server, Optional::empty);
    }
}
