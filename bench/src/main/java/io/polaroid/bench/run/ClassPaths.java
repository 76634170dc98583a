package io.polaroid.bench.run;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where children find their classes. */
final class ClassPaths {
    private static final Path FLINK = Path.of("bench", "flink", "target");

    private ClassPaths() {}

    static String own() {
        return System.getProperty("java.class.path");
    }

    /** Flink's jars and ours for it. */
    static String flink() {
        try (var files = Files.list(FLINK)) {
            var jar = files.filter(file -> file.getFileName().toString().startsWith("polaroid-bench-flink-")
                            && file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no jar in " + FLINK + "; build with -Ppeers"));
            return jar + File.pathSeparator + FLINK.resolve("lib") + File.separator + "*";
        } catch (IOException e) {
            throw new UncheckedIOException("bench/flink is not built; build with -Ppeers", e);
        }
    }
}
