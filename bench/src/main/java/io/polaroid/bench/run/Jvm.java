package io.polaroid.bench.run;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A child JVM that is spoken to by lines. All children have the same flags, but for a cache of classes of their own. */
public final class Jvm implements AutoCloseable {
    /** A training run writes its cache when it ends. */
    private static final long END_SECONDS = 180;

    private final Process process;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private String last = "nothing";

    /**
     * How children are started.
     *
     * @param heap greatest heap
     * @param log where their logs go
     * @param more flags beyond those that all have
     */
    public record Flags(String heap, Path log, List<String> more) {
        /** Flags as all have them. */
        public Flags(String heap, Path log) {
            this(heap, log, List.of());
        }

        Flags with(String... flags) {
            return new Flags(heap, log, List.of(flags));
        }

        List<String> arguments() {
            var flags = new ArrayList<String>();
            flags.add("-Xmx" + heap);
            flags.add("-XX:+UseG1GC");
            flags.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
            flags.add("--enable-native-access=ALL-UNNAMED");
            if (Runtime.version().feature() >= 24) {
                flags.add("--sun-misc-unsafe-memory-access=allow");
            }
            flags.add("-Dlog4j2.configurationFile=classpath:bench-log4j2.xml");
            flags.add("-Dbench.log=" + System.getProperty("bench.log", "ERROR"));
            flags.addAll(more);
            return flags;
        }

        /** The flags as one text, for the result file. */
        public String text() {
            return String.join(" ", arguments().subList(0, 2));
        }
    }

    private Jvm(Process process) {
        this.process = process;
        var reader = new Thread(this::read, "bench-lines");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a class with these arguments. */
    public static Jvm start(Flags flags, String classPath, String mainClass, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags.arguments());
        var profile = System.getProperty("bench.jvm", "");
        if (!profile.isEmpty()) {
            command.addAll(List.of(profile.split(" ")));
        }
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(arguments);
        try {
            return new Jvm(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(flags.log().toFile()))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("FAILED " + e);
        }
    }

    /** The rest of the next line that begins with a word, or nothing within the time. */
    public Optional<String> poll(String word, long millis) {
        try {
            for (; ; ) {
                var line = lines.poll(millis, TimeUnit.MILLISECONDS);
                if (line == null) {
                    if (!process.isAlive() && lines.isEmpty()) {
                        throw new IllegalStateException(
                                "a child ended with code " + process.exitValue() + "; it last said " + last);
                    }
                    return Optional.empty();
                }
                if (line.startsWith("FAILED")) {
                    throw new IllegalStateException("a child failed: " + line + more());
                }
                last = line;
                if (line.equals(word) || line.startsWith(word + " ")) {
                    return Optional.of(line.substring(word.length()).strip());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String more() throws InterruptedException {
        var text = new StringBuilder();
        for (var line = lines.poll(1, TimeUnit.SECONDS); line != null; line = lines.poll(100, TimeUnit.MILLISECONDS)) {
            text.append('\n').append(line);
        }
        return text.toString();
    }

    /** The rest of the next line that begins with a word. */
    public String await(String word, long seconds) {
        for (long waited = 0; waited < seconds; waited++) {
            var line = poll(word, 1_000);
            if (line.isPresent()) {
                return line.get();
            }
        }
        throw new IllegalStateException(
                "a child did not say " + word + " within " + seconds + " s; it last said " + last);
    }

    /** Sends a line. */
    public void say(String line) {
        try {
            var out = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
            out.write(line);
            out.newLine();
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
