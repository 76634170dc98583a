package io.polaroid.query.plan;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folders that clients may name files in, after links are followed.
 *
 * @param folders absolute and without links
 */
public record FileRoots(List<Path> folders) {
    public FileRoots {
        folders = List.copyOf(folders);
    }

    /** The folders that exist, made absolute. */
    public static FileRoots of(List<Path> folders) {
        var real = new ArrayList<Path>();
        for (var folder : folders) {
            try {
                real.add(folder.toRealPath());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("folder " + folder + " cannot be read", e);
            }
        }
        return new FileRoots(real.stream().distinct().toList());
    }

    /**
     * The absolute path of a file or pattern that a client names.
     *
     * @param path absolute, or relative to one of the folders; {@code *} and {@code ?} may stand in its last parts
     * @return the path, or {@code NOT_ALLOWED} / {@code INVALID_ARGUMENT}
     */
    public Result<Path> resolve(String path) {
        try {
            var fixed = Path.of(fixedPart(path));
            var candidates = folders.stream()
                    .map(folder -> folder.resolve(fixed).normalize())
                    .filter(this::inside)
                    .toList();
            if (candidates.isEmpty()) {
                return Result.err(ProblemCode.NOT_ALLOWED, "path " + path + " is outside the folders that may be read");
            }
            for (var candidate : candidates) {
                if (Files.exists(candidate)) {
                    return real(path, candidate);
                }
            }
            return Result.err(ProblemCode.INVALID_ARGUMENT, "there is no file " + path);
        } catch (InvalidPathException e) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "path " + path + " is not a path: " + e.getReason());
        }
    }

    /**
     * Where a file or folder goes that a client names: the folder it lies in is there, and it is no link.
     *
     * @param path absolute, or relative to one of the folders
     * @return the absolute path, or {@code NOT_ALLOWED} / {@code INVALID_ARGUMENT}
     */
    public Result<Path> target(String path) {
        try {
            var outside = Result.<Path>err(
                    ProblemCode.NOT_ALLOWED, "path " + path + " is outside the folders that may be written");
            for (var folder : folders) {
                var candidate = folder.resolve(Path.of(path)).normalize();
                var parent = candidate.getParent();
                var name = candidate.getFileName();
                if (!inside(candidate) || folders.contains(candidate) || parent == null || name == null) {
                    continue;
                }
                if (!Files.isDirectory(parent)) {
                    outside = Result.err(ProblemCode.INVALID_ARGUMENT, "there is no folder " + parent);
                    continue;
                }
                var real = parent.toRealPath().resolve(name);
                return inside(real) && !Files.isSymbolicLink(real)
                        ? Result.ok(real)
                        : Result.err(
                                ProblemCode.NOT_ALLOWED,
                                "path " + path + " is outside the folders that may be written");
            }
            return outside;
        } catch (InvalidPathException e) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "path " + path + " is not a path: " + e.getReason());
        } catch (IOException e) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "path " + path + " cannot be written: " + e.getMessage());
        }
    }

    private Result<Path> real(String path, Path candidate) {
        try {
            var real = candidate.toRealPath();
            var pattern = path.substring(fixedPart(path).length());
            if (!inside(real) || pattern.contains("..")) {
                return Result.err(ProblemCode.NOT_ALLOWED, "path " + path + " is outside the folders that may be read");
            }
            return Result.ok(pattern.isEmpty() ? real : Path.of(real + "/" + pattern));
        } catch (IOException e) {
            return Result.err(ProblemCode.INVALID_ARGUMENT, "file " + path + " cannot be read: " + e.getMessage());
        }
    }

    private boolean inside(Path path) {
        return folders.stream().anyMatch(path::startsWith);
    }

    /** The path up to the last folder before a pattern begins. */
    private static String fixedPart(String path) {
        int star = path.indexOf('*');
        int mark = path.indexOf('?');
        int pattern = star < 0 ? mark : mark < 0 ? star : Math.min(star, mark);
        return pattern < 0 ? path : path.substring(0, path.lastIndexOf('/', pattern) + 1);
    }
}
