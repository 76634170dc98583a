package io.polaroid.bench.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** A result file: where and of what it was measured, and the measurements. */
public final class ResultFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ResultFile() {}

    /** An object that says where and of what it was measured. */
    public static ObjectNode begin(String command) {
        var root = JSON.createObjectNode();
        root.put(
                "measuredAt",
                InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS).toString());
        root.put("command", command);
        root.put("commit", git("rev-parse", "HEAD"));
        root.put("changedSinceCommit", !git("status", "--porcelain", "-uno").isEmpty());
        var machine = root.putObject("machine");
        machine.put("cpu", cpu());
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        machine.put("memoryMegabytes", memoryMegabytes());
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("java", System.getProperty("java.vm.vendor") + " " + Runtime.version());
        return root;
    }

    /** Writes it. */
    public static void write(Path file, ObjectNode root) {
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(file, JSON.writeValueAsString(root) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String git(String... arguments) {
        try {
            var command = new java.util.ArrayList<String>(java.util.List.of("git"));
            command.addAll(java.util.List.of(arguments));
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            return answer;
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String cpu() {
        return line(Path.of("/proc/cpuinfo"), "model name");
    }

    private static long memoryMegabytes() {
        var digits = line(Path.of("/proc/meminfo"), "MemTotal").replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits) / 1_024;
    }

    private static String line(Path file, String name) {
        if (!Files.exists(file)) {
            return "";
        }
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT)))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
