package io.polaroid.launcher.history;

import io.polaroid.launcher.config.ParquetSpec;
import io.polaroid.schemas.lake.Manifest;
import io.polaroid.schemas.lake.ManifestFile;
import io.polaroid.topology.prove.History;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What the sinks of a pipeline have written, by the manifests.
 *
 * @param sinks the sinks
 */
public record ParquetHistory(List<ParquetSpec> sinks) implements History {
    public ParquetHistory {
        sinks = List.copyOf(sinks);
    }

    /** The folder and manifest of the sink that is furthest. */
    private record Found(Path table, Manifest manifest) {}

    @Override
    public long boundary(String topic, int partition) {
        return found(topic, partition).map(found -> found.manifest().boundary()).orElse(-1L);
    }

    @Override
    public void read(String topic, int partition, Schema columns, long below, Each each) {
        var found = found(topic, partition);
        List<String> files = found.stream()
                .flatMap(one -> one.manifest().files().stream()
                        .filter(file -> file.firstOffset() < below)
                        .map(file -> one.table().resolve(file.path()).toString()))
                .toList();
        if (files.isEmpty()) {
            return;
        }
        String scan = SqlRows.files("read_parquet", files, ", union_by_name = true");
        try (SqlRows rows = SqlRows.open()) {
            List<String> there = rows.columns(scan);
            rows.read(
                    columns,
                    name -> path(name, there),
                    "_offset",
                    "%s WHERE _partition = %d AND _offset < %d ORDER BY _offset".formatted(scan, partition, below),
                    (offset, row) -> each.take(java.util.Objects.requireNonNull(offset), row));
        }
    }

    /** Fields of a nested record are columns {@code record.field} of rows, and structs in files. */
    static String path(String name, List<String> there) {
        if (there.contains(name)) {
            return SqlRows.name(name);
        }
        int dot = name.indexOf('.');
        boolean isNested = dot > 0 && there.contains(name.substring(0, dot));
        return isNested
                ? String.join(
                        ".",
                        java.util.Arrays.stream(name.split("\\.", -1))
                                .map(SqlRows::name)
                                .toList())
                : "NULL";
    }

    private Optional<Found> found(String topic, int partition) {
        return sinks.stream()
                .filter(sink -> sink.from().contains(topic))
                .flatMap(sink -> {
                    Path table = sink.path().toAbsolutePath().resolve(topic);
                    return ManifestFile.read(table.resolve("_manifest").resolve(partition + ".json"))
                            .orThrow()
                            .map(manifest -> new Found(table, manifest))
                            .stream();
                })
                .max(java.util.Comparator.comparingLong(
                        found -> found.manifest().boundary()));
    }
}
