package io.polaroid.bench.child;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** CPU seconds of each thread that is alive, those of the JVM too, where the system tells: {@code -Dbench.profiled=true}. */
final class ThreadTimes {
    private static final int SHOWN = 20;

    /** Clock ticks a second, as Linux tells them to processes. */
    private static final double TICKS = 100;

    private ThreadTimes() {}

    private record Time(String name, double seconds) {}

    static void print(String what, PrintStream out) {
        List<Time> times = new ArrayList<>();
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                String stat;
                try {
                    stat = Files.readString(thread.resolve("stat"));
                } catch (NoSuchFileException e) {
                    // It has ended meanwhile.
                    continue;
                }
                int end = stat.lastIndexOf(')');
                var fields = stat.substring(end + 2).split(" ");
                long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                times.add(new Time(stat.substring(stat.indexOf('(') + 1, end), ticks / TICKS));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println(what);
        times.stream()
                .sorted(Comparator.comparingDouble(Time::seconds).reversed())
                .limit(SHOWN)
                .forEach(time -> out.printf("%8.2f s  %s%n", time.seconds(), time.name()));
    }
}
