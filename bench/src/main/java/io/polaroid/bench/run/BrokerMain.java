package io.polaroid.bench.run;

import io.polaroid.launcher.broker.EmbeddedBroker;
import io.polaroid.launcher.cli.Console;
import java.io.IOException;
import java.nio.file.Path;

/** The broker in a process of its own, until its standard input ends. */
public final class BrokerMain {
    private BrokerMain() {}

    /** The only argument is its folder. */
    public static void main(String[] arguments) throws IOException {
        try (var broker = EmbeddedBroker.open(Path.of(arguments[0]), 0)) {
            Console.ofProcess().line("BROKER " + broker.bootstrap());
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
