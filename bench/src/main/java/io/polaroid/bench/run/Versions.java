package io.polaroid.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Versions of what is compared, by the jars that run. */
final class Versions {
    private Versions() {}

    static Map<String, String> all() {
        var versions = new TreeMap<String, String>();
        var own = Path.of("bench", "target", "lib");
        of(own, "kafka-streams-").ifPresent(version -> versions.put("Kafka Streams", version));
        of(own, "rocksdbjni-").ifPresent(version -> versions.put("RocksDB", version));
        of(own, "arrow-vector-").ifPresent(version -> versions.put("Arrow", version));
        of(own, "duckdb_jdbc-").ifPresent(version -> versions.put("DuckDB", version));
        var flink = Path.of("bench", "flink", "target", "lib");
        of(flink, "flink-streaming-java-").ifPresent(version -> versions.put("Flink", version));
        of(flink, "flink-connector-kafka-").ifPresent(version -> versions.put("Flink's Kafka connector", version));
        of(flink, "kafka-clients-").ifPresent(version -> versions.put("kafka-clients with Flink", version));
        return versions;
    }

    private static Optional<String> of(Path folder, String prefix) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix) && name.endsWith(".jar"))
                    .map(name -> name.substring(prefix.length(), name.length() - ".jar".length()))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
