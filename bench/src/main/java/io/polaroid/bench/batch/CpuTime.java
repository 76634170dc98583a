package io.polaroid.bench.batch;

import io.polaroid.bench.child.Ticks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * CPU time of all threads of this process, those of the JVM too. Where the system tells, in nanoseconds: the JVM itself counts in clock
 * ticks, of which a short operation takes two or three.
 */
final class CpuTime {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final long PAUSE = 1_000_000L;

    private CpuTime() {}

    static double seconds() throws IOException {
        if (!Files.isReadable(TASKS.resolveSibling("schedstat"))) {
            return Ticks.now().cpuNanos() / 1e9;
        }
        // What a thread has used since it was last taken off its processor is not in the file yet.
        LockSupport.parkNanos(PAUSE);
        long nanos = 0;
        try (var threads = Files.list(TASKS)) {
            for (Path thread : threads.toList()) {
                try {
                    nanos += Long.parseLong(
                            Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
                } catch (NoSuchFileException e) {
                    // It has ended meanwhile.
                    continue;
                }
            }
        }
        return nanos / 1e9;
    }
}
