package io.polaroid.launcher.cli;

import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/** The root of the command line. */
@Command(
        name = "polaroid",
        mixinStandardHelpOptions = true,
        version = "polaroid 0.1.0",
        description = "A streaming time-series engine on Kafka: live feeds become correct bars, features and joins.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            CheckCommand.class,
            SqlCommand.class,
            TablesCommand.class,
            DescribeCommand.class,
            TailCommand.class,
            ReplayCommand.class,
            LateCommand.class,
            ProveCommand.class,
            BackfillCommand.class,
            BrokerCommand.class,
            StreamCommand.class,
            LocalCommand.class,
            RestoreStatusCommand.class,
            NotBuiltCommands.Connect.class,
            NotBuiltCommands.Serve.class,
            NotBuiltCommands.Train.class,
            NotBuiltCommands.Score.class,
            NotBuiltCommands.Token.class,
            GenerateCompletion.class
        },
        footerHeading = "%n",
        footer = {
            "Exit codes: 0 done, 1 failed (server away, disk full …), 2 wrong use (command, pipeline file, query),",
            "3 not built yet.",
            "",
            "Environment: POLAROID_DATA (folder, default ./data), POLAROID_KAFKA_PORT 9092, POLAROID_REGISTRY_PORT"
                    + " 8081,",
            "POLAROID_GRPC_PORT 50051, POLAROID_WEB_PORT 8080, POLAROID_CONNECT_PORT 8083, POLAROID_REPLAY_PORT 8090,",
            "POLAROID_HEAP (default 1g)."
        })
public final class PolaroidCommand {
    private static final Logger LOG = LoggerFactory.getLogger(PolaroidCommand.class);

    private PolaroidCommand() {}

    /** Runs one command line and returns its exit code. */
    public static int run(Console console, Map<String, String> environment, String... arguments) {
        var factory = new Commands(console, Map.copyOf(environment));
        var commandLine = new CommandLine(new PolaroidCommand(), factory)
                .setOut(new java.io.PrintWriter(console.out(), true, java.nio.charset.StandardCharsets.UTF_8))
                .setErr(new java.io.PrintWriter(console.err(), true, java.nio.charset.StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> failed(console, failure));
        if (arguments.length == 0) {
            commandLine.usage(console.out());
            return ExitCode.OK;
        }
        return commandLine.execute(arguments);
    }

    private static int failed(Console console, Exception failure) {
        if (failure instanceof PolaroidException known) {
            Problem problem = known.problem();
            console.error(problem.detail());
            LOG.debug("the command failed", failure);
            return ExitCode.of(problem.code());
        }
        LOG.error("the command failed", failure);
        console.error("failed: " + sentence(failure));
        return ExitCode.FAILED;
    }

    private static String sentence(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }

    /** Gives commands the console and the environment, by constructor. */
    private record Commands(Console console, Map<String, String> environment) implements IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (var constructor : type.getDeclaredConstructors()) {
                Class<?>[] wanted = constructor.getParameterTypes();
                if (wanted.length == 2 && wanted[0] == Console.class && wanted[1] == Map.class) {
                    return type.cast(constructor.newInstance(console, environment));
                }
                if (wanted.length == 1 && wanted[0] == Console.class) {
                    return type.cast(constructor.newInstance(console));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
