package io.polaroid.topology.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process takes, in MiB.
 *
 * @param heap live after a collection
 * @param direct direct buffers of the JDK and of Netty, which Arrow uses
 * @param mapped mapped files
 * @param resident of the whole process
 * @param residentFiles of that, pages of mapped files
 */
record Memory(long heap, long direct, long mapped, long resident, long residentFiles) {
    static Memory now() {
        System.gc();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = io.netty.util.internal.PlatformDependent.usedDirectMemory();
        long mapped = 0;
        for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                direct += pool.getMemoryUsed();
            } else if (pool.getName().equals("mapped")) {
                mapped += pool.getMemoryUsed();
            }
        }
        return new Memory(
                heap >> 20, direct >> 20, mapped >> 20, kilobytes("VmRSS:") >> 10, kilobytes("RssFile:") >> 10);
    }

    static Memory parse(String text) {
        var numbers = text.trim().split(" ", -1);
        return new Memory(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3]),
                Long.parseLong(numbers[4]));
    }

    private static long kilobytes(String what) {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(what))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return heap + " " + direct + " " + mapped + " " + resident + " " + residentFiles;
    }
}
