package io.polaroid.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Commands that are promised and not there yet: they say what they will do and end with {@link ExitCode#NOT_BUILT}. */
final class NotBuiltCommands {
    private NotBuiltCommands() {}

    private abstract static class NotBuilt implements Callable<Integer> {
        private final Console console;
        private final String promise;

        // Taken and ignored, so that the answer is "not built yet" and not a complaint about options.
        @Unmatched
        @SuppressWarnings("UnusedVariable")
        private final List<String> arguments = new ArrayList<>();

        NotBuilt(Console console, String promise) {
            this.console = console;
            this.promise = promise;
        }

        @Override
        public Integer call() {
            console.error("not built yet: " + promise);
            return ExitCode.NOT_BUILT;
        }
    }

    @Command(name = "connect", description = "not built yet: a Kafka Connect worker as a process of its own")
    static final class Connect extends NotBuilt {
        Connect(Console console) {
            super(console, "runs a Kafka Connect worker as a process of its own; ./polaroid up has one inside");
        }
    }

    @Command(name = "serve", description = "not built yet: the query server as a process of its own")
    static final class Serve extends NotBuilt {
        Serve(Console console) {
            super(console, "runs the query server as a process of its own; ./polaroid up has it inside");
        }
    }

    @Command(name = "train", description = "not built yet: trains a model")
    static final class Train extends NotBuilt {
        Train(Console console) {
            super(console, "trains a model on the rows of a query");
        }
    }

    @Command(name = "score", description = "not built yet: applies a model")
    static final class Score extends NotBuilt {
        Score(Console console) {
            super(console, "applies a trained model to the rows of a query");
        }
    }

    @Command(name = "token", description = "not built yet: makes an access token")
    static final class Token extends NotBuilt {
        Token(Console console) {
            super(console, "makes an access token with a role and a quota");
        }
    }
}
