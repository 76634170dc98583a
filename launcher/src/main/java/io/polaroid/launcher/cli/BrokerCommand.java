package io.polaroid.launcher.cli;

import io.polaroid.launcher.Settings;
import io.polaroid.launcher.broker.EmbeddedBroker;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The broker alone. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = "Starts the embedded Kafka broker alone, with the folder and port that up would use.")
final class BrokerCommand implements Callable<Integer> {
    private final Console console;
    private final Map<String, String> environment;

    @Mixin
    private final PortOptions options = new PortOptions();

    BrokerCommand(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings(environment);
        EmbeddedBroker broker = EmbeddedBroker.open(settings.kafkaFolder(), settings.kafkaPort());
        console.line("kafka    " + broker.bootstrap());
        return new UntilStopped(console, InstantSource.system()).run(broker, Optional::empty);
    }
}
