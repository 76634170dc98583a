package io.polaroid.bench.child;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main loop of a measured process: starts the contestant, waits until its work is done (or the parent says so by the line
 * {@code stop}), closes it, and prints one line {@code RESULT} with what was measured, as JSON.
 */
public final class Child {
    private static final Logger LOG = LoggerFactory.getLogger(Child.class);
    private static final long ANSWER_PAUSE_MILLIS = 20;
    private static final boolean PROFILED = Boolean.getBoolean("bench.profiled");

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private final Task task;
    private final Contestant contestant;

    private Child(Task task, Contestant contestant) {
        this.task = task;
        this.contestant = contestant;
    }

    /** Runs a contestant and ends the process. */
    public static void run(String[] arguments, Function<Task, Contestant> contestants) {
        var task = Task.parse(arguments);
        int code = new Child(task, contestants.apply(task)).run();
        if (PROFILED) {
            // So that a flight recording is written.
            System.exit(code);
        }
        // Some contestants leave threads behind.
        Runtime.getRuntime().halt(code);
    }

    private int run() {
        try {
            var started = Ticks.now();
            contestant.start();
            out.println("STARTED");
            if (!task.answer().isEmpty()) {
                double seconds = awaitAnswer(started);
                if (PROFILED) {
                    long millis = (Ticks.now().cpuNanos() - started.cpuNanos()) / 1_000_000;
                    ThreadTimes.print("restored with " + millis + " ms of CPU time", System.err);
                }
                out.println("RESULT {\"restoreSeconds\": " + seconds + ", \"peakKilobytes\": " + Ticks.peakKilobytes()
                        + "}");
                out.flush();
                return 0;
            }
            CompletableFuture.anyOf(contestant.finished(), told()).get();
            var done = Ticks.now();
            long peak = Ticks.peakKilobytes();
            if (PROFILED) {
                ThreadTimes.print("processed", System.err);
            }
            var answer = contestant.answer();
            var answered = Ticks.now();
            contestant.close();
            out.println("RESULT " + json(started, done, answered, Ticks.now(), peak, answer));
            out.flush();
            return 0;
        } catch (Exception e) {
            LOG.error("the contestant failed", e);
            out.println("FAILED " + e);
            return 1;
        }
    }

    private double awaitAnswer(Ticks started) throws InterruptedException {
        @Nullable String last = null;
        for (; ; Thread.sleep(ANSWER_PAUSE_MILLIS)) {
            var answer = contestant.answer();
            if (answer.isPresent() && answer.get().equals(task.answer())) {
                return (Ticks.nanos() - started.wallNanos()) / 1e9;
            }
            if (answer.isPresent() && !answer.get().equals(last)) {
                last = answer.get();
                out.println("ANSWER " + last);
            }
        }
    }

    private CompletableFuture<Void> told() {
        var told = new CompletableFuture<Void>();
        var thread = new Thread(
                () -> {
                    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                        in.readLine();
                        told.complete(null);
                    } catch (IOException e) {
                        told.completeExceptionally(e);
                    }
                },
                "bench-told");
        thread.setDaemon(true);
        thread.start();
        return told;
    }

    /** The CPU time of asking the state is nobody's work on rows. */
    private String json(Ticks started, Ticks done, Ticks answered, Ticks closed, long peak, Optional<String> answer) {
        var first = FirstRow.seen().orElse(started);
        long asking = answered.cpuNanos() - done.cpuNanos();
        return ("{\"wallSeconds\": %s, \"startSeconds\": %s, \"cpuSeconds\": %s, \"cpuSecondsAfterFirstRow\": %s,"
                        + " \"peakKilobytes\": %d, \"counted\": %d, \"answer\": \"%s\", \"schema\": %s}")
                .formatted(
                        (done.wallNanos() - first.wallNanos()) / 1e9,
                        (first.wallNanos() - started.wallNanos()) / 1e9,
                        (closed.cpuNanos() - asking) / 1e9,
                        (closed.cpuNanos() - asking - first.cpuNanos()) / 1e9,
                        peak,
                        contestant.counted(),
                        answer.orElse(""),
                        contestant.outputSchema());
    }
}
