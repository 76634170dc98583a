package io.polaroid.launcher;

import io.polaroid.launcher.cli.Console;
import io.polaroid.launcher.cli.PolaroidCommand;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;

/** The {@code polaroid} command. */
public final class Polaroid {
    private static final Set<String> LONG_RUNNING = Set.of("up", "stream", "broker", "replay");

    private Polaroid() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        configureLogging(arguments, System.getenv());
        System.exit(PolaroidCommand.run(Console.ofProcess(), System.getenv(), arguments));
    }

    /**
     * Sends the log of long-running commands to a file in the data folder, and that of others nowhere: the console is ours.
     * It has to be set before the first logger is made.
     */
    private static void configureLogging(String[] arguments, Map<String, String> environment) {
        LogManager.getLogManager().reset();
        String command = Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .orElse("");
        setUnlessGiven(
                "log4j2.configurationFile",
                LONG_RUNNING.contains(command) ? "polaroid-log4j2.xml" : "polaroid-log4j2-off.xml");
        String file = command.equals("replay") ? "replay.log" : "polaroid.log";
        setUnlessGiven("polaroid.log", dataFolder(arguments, environment) + "/logs/" + file);
    }

    private static String dataFolder(String[] arguments, Map<String, String> environment) {
        for (int i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals("--data")) {
                return arguments[i + 1];
            }
        }
        return Arrays.stream(arguments)
                .filter(argument -> argument.startsWith("--data="))
                .map(argument -> argument.substring("--data=".length()))
                .findFirst()
                .orElse(environment.getOrDefault(Settings.DATA, "data"));
    }

    private static void setUnlessGiven(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
