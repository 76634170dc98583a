package io.polaroid.topology.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A control group with a limit on all memory of its processes, the page cache of the files that they use included. */
record MemoryGroup(Path folder, String used) implements AutoCloseable {
    private static final Path FIRST_VERSION = Path.of("/sys/fs/cgroup/memory");
    private static final Path SECOND_VERSION = Path.of("/sys/fs/cgroup");

    /** A group of this process's making, if the system lets it make one. */
    static Optional<MemoryGroup> of(long bytes) {
        var name = "polaroid-" + ProcessHandle.current().pid();
        return make(FIRST_VERSION.resolve(name), "memory.limit_in_bytes", "memory.max_usage_in_bytes", bytes)
                .or(() -> make(SECOND_VERSION.resolve(name), "memory.max", "memory.peak", bytes));
    }

    private static Optional<MemoryGroup> make(Path folder, String limit, String used, long bytes) {
        try {
            if (!Files.isDirectory(folder.resolveSibling("")) || !Files.isWritable(folder.getParent())) {
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
