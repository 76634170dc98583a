package io.polaroid.bench.child;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Wall clock and CPU clock of this process, read together. The one place of this module that reads clocks.
 *
 * @param wallNanos monotonic
 * @param cpuNanos CPU time of all threads of this process so far
 */
public record Ticks(long wallNanos, long cpuNanos) {
    /** Now. */
    public static Ticks now() {
        return new Ticks(
                nanos(),
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime());
    }

    /** Monotonic time. */
    @SuppressWarnings("checkstyle:regexpsinglelinejava")
    public static long nanos() {
        return System.nanoTime();
    }

    /** Time of day, which processes of one machine share. */
    public static long epochMillis() {
        return InstantSource.system().millis();
    }

    /** The most memory that this process ever had, in KiB; 0 where the system does not tell. */
    public static long peakKilobytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
