package io.polaroid.topology.app;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process of the test: told things by lines, it answers with a line each; log and errors go to a file. */
final class ChildJvm implements AutoCloseable {
    /** Begins an answer, so that it cannot be taken for a line of a log. */
    static final String ANSWER = "ANSWER ";

    private static final long PATIENCE_SECONDS = 120;

    private final String name;
    private final Path log;
    private final Process process;
    private final Writer told;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private ChildJvm(String name, Process process, Path log) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.told = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().name("answers of " + name).start(this::read);
    }

    /**
     * How a process is started.
     *
     * @param before what the command begins with
     * @param flags of the JVM
     */
    record Launch(List<String> before, List<String> flags) {
        /** The processes live for seconds: the quick compiler is enough, and leaves the machine to others. */
        static final Launch USUAL =
                new Launch(List.of(), List.of("-Xmx320m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    }

    /** Starts a class; it must answer once when it is up, see {@link #await}. */
    static ChildJvm start(String name, Class<?> main, Path log, List<String> arguments) {
        return start(name, main, log, arguments, Launch.USUAL);
    }

    /** Starts a class in its own way. */
    static ChildJvm start(String name, Class<?> main, Path log, List<String> arguments, Launch launch) {
        var command = new ArrayList<>(launch.before());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--") || option.startsWith("-Darrow"))
                .forEach(command::add);
        command.addAll(launch.flags());
        command.add("-Dlog4j2.configurationFile=log4j2-cluster.xml");
        command.add("-Dpolaroid.process=" + name.replace(' ', '-'));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(arguments);
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new ChildJvm(name, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(ANSWER)) {
                    answers.add(line.substring(ANSWER.length()));
                } else {
                    var said = name + ": " + line + System.lineSeparator();
                    Files.writeString(log, said, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            }
        } catch (IOException e) {
            // The process was killed.
        }
    }

    /** Tells it something and gives its answer. */
    String ask(String line) throws Exception {
        told.write(line + "\n");
        told.flush();
        return await();
    }

    /** Its next answer. */
    String await() throws InterruptedException {
        for (int waited = 0; waited < PATIENCE_SECONDS * 10; waited++) {
            String answer = answers.poll(100, TimeUnit.MILLISECONDS);
            if (answer != null) {
                return answer;
            }
            if (!process.isAlive() && answers.isEmpty()) {
                throw new IllegalStateException(name + " ended with " + process.exitValue() + "; see its log");
            }
        }
        throw new IllegalStateException(name + " does not answer");
    }

    boolean alive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, and waits until it has. */
    void leave() throws Exception {
        told.close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " does not end");
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(name + " ended with " + process.exitValue() + "; see its log");
        }
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
