package io.polaroid.launcher.cli;

import io.polaroid.launcher.run.LocalQueries;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** A query server for one client, which holds the other end of this process's input. */
@Command(
        name = "local",
        mixinStandardHelpOptions = true,
        description =
                "Starts a query server without a pipeline: over files below this folder, and tables that it is sent.",
        footer = {
            "Prints the address of gRPC and Flight, on a free port, and ends when its standard input does: so does",
            "pd.connect(\"local\") of Python start it, and it does not outlive its client, however that ends."
        })
final class LocalCommand implements Callable<Integer> {
    private final Console console;
    private final InputStream input;

    LocalCommand(Console console) {
        this(console, new FileInputStream(FileDescriptor.in));
    }

    LocalCommand(Console console, InputStream input) {
        this.console = console;
        this.input = input;
    }

    @Override
    public Integer call() throws Exception {
        var server = LocalQueries.open(Path.of(""));
        var left = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("client").start(() -> {
            untilTheEnd();
            left.countDown();
        });
        console.line("grpc 127.0.0.1:" + server.grpcPort());
        return new UntilStopped(console, InstantSource.system())
                .until(server, () -> left.getCount() == 0, Optional::empty);
    }

    private void untilTheEnd() {
        try {
            while (input.read() >= 0) {
                // what is written does not matter
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the client's end of the pipe broke", e);
        }
    }
}
