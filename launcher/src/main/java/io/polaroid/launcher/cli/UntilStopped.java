package io.polaroid.launcher.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Keeps a command running until Ctrl-C (or a failure), closes what it opened and says how long that took. */
final class UntilStopped {
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Console console;
    private final InstantSource clock;

    UntilStopped(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    /**
     * Waits.
     *
     * @param part closed at the end, exactly once
     * @param failure asked several times a second what has failed for good
     * @return the exit code, unless a signal ends the process
     */
    int run(AutoCloseable part, Supplier<Optional<String>> failure) throws Exception {
        return until(part, () -> false, failure);
    }

    /**
     * Waits for something else too.
     *
     * @param part closed at the end, exactly once
     * @param ended asked several times a second whether it is time
     * @param failure asked several times a second what has failed for good
     * @return the exit code, unless a signal ends the process
     */
    int until(AutoCloseable part, BooleanSupplier ended, Supplier<Optional<String>> failure) throws Exception {
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        var hook = Thread.ofPlatform().name("stop").unstarted(() -> {
            stop.countDown();
            awaitQuietly(stopped);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        Optional<String> failed = Optional.empty();
        while (failed.isEmpty() && !ended.getAsBoolean() && !stop.await(200, TimeUnit.MILLISECONDS)) {
            failed = failure.get();
        }
        failed.ifPresent(why -> console.error(why + "; the stack stops"));
        Instant begun = clock.instant();
        try {
            part.close();
            console.line("stopped in " + seconds(Duration.between(begun, clock.instant())));
        } finally {
            stopped.countDown();
        }
        return failed.isPresent() ? ExitCode.FAILED : ExitCode.OK;
    }

    /** {@code 1.2 s}. */
    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                // The process ends now whatever still runs; what was committed is safe.
                Runtime.getRuntime().halt(ExitCode.FAILED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
