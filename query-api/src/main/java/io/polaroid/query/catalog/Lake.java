package io.polaroid.query.catalog;

import io.polaroid.schemas.lake.Manifest;
import io.polaroid.schemas.lake.ManifestFile;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Parquet history that sinks keep.
 *
 * @param roots folder of the sink that writes a table, by table name; nothing for tables that no sink writes
 */
public record Lake(Map<String, Path> roots) {
    public Lake {
        roots = Map.copyOf(roots);
    }

    /** Whether a sink has written of this table. */
    public boolean has(String table) {
        return root(table)
                .map(folder -> Files.isDirectory(manifests(folder, table)))
                .orElse(false);
    }

    private Optional<Path> root(String table) {
        return Optional.ofNullable(roots.get(table));
    }

    /** What is written of a table, by partition; nothing where no sink writes it. */
    public Result<List<Manifest>> manifests(String table) {
        var root = root(table);
        if (root.isEmpty()) {
            return Result.ok(List.of());
        }
        var found = new ArrayList<Manifest>();
        try (var files = Files.newDirectoryStream(manifests(root.get(), table), "*.json")) {
            for (Path file : files) {
                switch (ManifestFile.read(file)) {
                    case Result.Ok<Optional<Manifest>>(var manifest) -> manifest.ifPresent(found::add);
                    case Result.Err<Optional<Manifest>>(var problem) -> {
                        return Result.err(problem.with("table", table));
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return Result.ok(List.of());
        } catch (IOException e) {
            return Result.err(new Problem(
                    ProblemCode.CORRUPT_DATA,
                    "the manifests of table " + table + " cannot be listed: " + e.getMessage(),
                    Map.of("table", table)));
        }
        found.sort(Comparator.comparingInt(Manifest::partition));
        return Result.ok(List.copyOf(found));
    }

    /** The files of a manifest, absolute. */
    public List<Path> files(Manifest manifest) {
        return root(manifest.table())
                .map(folder -> manifest.files().stream()
                        .map(file -> folder.resolve(manifest.table())
                                .resolve(file.path())
                                .normalize())
                        .toList())
                .orElse(List.of());
    }

    private static Path manifests(Path root, String table) {
        return root.resolve(table).resolve("_manifest");
    }
}
