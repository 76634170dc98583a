package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.ClusterMarket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One instance at a steady rate, with retentions that are over soon, and with most of its state in sealed, mapped segments that
 * come and go: once the retentions are over, its memory stays as it is. Run by hand, {@code make soak MINUTES=30}.
 */
class Soak {
    private static final int ROWS = 500;
    private static final long PAUSE_MILLIS = 500;
    private static final int SAMPLES = 30;

    /** Segments of two chunks, and little memory: most rows lie on disk. */
    private static final List<String> STATE =
            List.of("polaroid.state.segment.rows=8192", "polaroid.state.memory.bytes=" + (16L << 20));

    @TempDir
    Path folder;

    @Test
    void memoryStaysFlat() throws Exception {
        long minutes = Long.getLong("polaroid.soak.minutes", 30);
        long between = TimeUnit.MINUTES.toNanos(minutes) / SAMPLES;
        var samples = new ArrayList<Memory>();
        try (var cluster = new Cluster(folder, "soak", STATE)) {
            Topics.create(ClusterMarket.soak(), cluster.servers());
            cluster.join(0);
            cluster.awaitUp(0);
            try (var feed = new ClusterFeed(cluster.servers(), new HashRegistry(), new SplittableRandom(1))) {
                long begun = System.nanoTime();
                say("minute  heap  direct  mapped  resident  on disk (MiB)  records");
                while (samples.size() < SAMPLES) {
                    feed.play(ROWS);
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                    if (System.nanoTime() - begun >= between * (samples.size() + 1)) {
                        var memory = cluster.memory(0);
                        samples.add(memory);
                        say(
                                "%6.1f %5d %7d %7d %9d %14d %8d",
                                (System.nanoTime() - begun) / 60e9,
                                memory.heap(),
                                memory.direct(),
                                memory.mapped(),
                                memory.resident(),
                                cluster.stateBytes(0) >> 20,
                                feed.records("trades") + feed.records("quotes"));
                    }
                }
                cluster.awaitCommitted(feed.ends());
            }
            cluster.leave(0);
        }
        assertThat(samples.getLast().mapped()).as("mapped segments").isPositive();
        assertFlat("heap", samples, Memory::heap);
        assertFlat("direct", samples, Memory::direct);
        assertFlat("mapped", samples, Memory::mapped);
        assertFlat("resident", samples, Memory::resident);
    }

    /** The last third is as the one before; the first may grow. */
    private static void assertFlat(String what, List<Memory> samples, ToLongFunction<Memory> of) {
        long before = median(samples.subList(SAMPLES / 3, 2 * SAMPLES / 3), of);
        long after = median(samples.subList(2 * SAMPLES / 3, SAMPLES), of);
        say("%s: %d MiB in the second third, %d in the last", what, before, after);
        assertThat(after).as("%s of %s", what, samples).isLessThanOrEqualTo(before + before / 10 + 16);
    }

    private static long median(List<Memory> samples, ToLongFunction<Memory> of) {
        return samples.stream()
                .mapToLong(of)
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private static void say(String format, Object... values) {
        System.out.println(format.formatted(values));
    }
}
