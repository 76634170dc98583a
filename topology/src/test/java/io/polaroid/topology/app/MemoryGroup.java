package io.polaroid.topology.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A control group with a limit on all memory of its processes, the page cache of the files that they use included. It lies within
 * the group of this process, so that the limits which hold for that hold for it too.
 */
record MemoryGroup(Path folder, String used) implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    /** A group of this process's making, if the system lets it make one. */
    static Optional<MemoryGroup> of(long bytes) {
        var name = "polaroid-" + ProcessHandle.current().pid();
        return own(":memory:")
                .flatMap(own -> make(
                        ROOT.resolve("memory" + own).resolve(name),
                        "memory.limit_in_bytes",
                        "memory.max_usage_in_bytes",
                        bytes))
                .or(() -> own("0::")
                        .flatMap(own -> make(
                                ROOT.resolve(own.substring(1)).resolve(name), "memory.max", "memory.peak", bytes)));
    }

    /** The group of this process in the hierarchy that is named so, as a path that begins with a slash. */
    private static Optional<String> own(String hierarchy) {
        try (var lines = Files.lines(Path.of("/proc/self/cgroup"))) {
            return lines.filter(line -> line.contains(hierarchy))
                    .map(line -> line.substring(line.indexOf(hierarchy) + hierarchy.length()))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<MemoryGroup> make(Path folder, String limit, String used, long bytes) {
        try {
            if (!Files.isWritable(folder.getParent())) {
                return Optional.empty();
            }
            Files.createDirectory(folder);
            if (!Files.exists(folder.resolve(limit))) {
                Files.delete(folder);
                return Optional.empty();
            }
            Files.writeString(folder.resolve(limit), String.valueOf(bytes));
            return Optional.of(new MemoryGroup(folder, used));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a command begins with so that it runs in here. */
    List<String> command() {
        return List.of("sh", "-c", "echo $$ > " + folder.resolve("cgroup.procs") + " && exec \"$@\"", "sh");
    }

    /** What a command begins with so that the memory of its own (not that of mapped files) is limited where there are no groups. */
    static List<String> ownMemory(long bytes) {
        return List.of("sh", "-c", "ulimit -d " + (bytes >> 10) + " && exec \"$@\"", "sh");
    }

    /** The most bytes that were used at once. */
    long peak() throws IOException {
        return Long.parseLong(Files.readString(folder.resolve(used)).strip());
    }

    @Override
    public void close() {
        if (!folder.toFile().delete()) {
            System.out.println(folder + " stays behind");
        }
    }
}
