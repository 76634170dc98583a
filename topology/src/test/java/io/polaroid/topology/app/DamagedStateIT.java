package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.read.RestoreStatus;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.topology.ClusterMarket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Local files of every row and result tier are damaged while the pipeline is away: each is found, and rebuilt from its topic. */
@ExtendWith(Allocators.class)
class DamagedStateIT {
    private static final int RECORDS = 6_000;

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void isFoundAndRebuiltFromTheTopics(BufferAllocator allocator) throws Exception {
        var registry = new HashRegistry();
        var pipeline = ClusterMarket.pipeline();
        var random = new SplittableRandom(7);
        try (var broker = EmbeddedBroker.open()) {
            Topics.create(pipeline, broker.bootstrapServers());
            var settings = StreamsSettings.of(broker.bootstrapServers(), folder)
                    .with(new StateSettings(64L << 20, OptionalLong.empty(), Duration.ofMillis(1), 4_096));
            try (var feed = new ClusterFeed(broker.bootstrapServers(), registry, random)) {
                feed.play(RECORDS);
                List<String> before;
                try (var app = StreamsApp.open(pipeline, settings, registry, allocator)) {
                    before = StandbyIT.awaitAll(app, feed, allocator);
                }
                assertOracle(before, feed);
                // When a bit of one file of each store changes
                var damaged = damage(random);
                assertThat(damaged).hasSize(6 * ClusterMarket.PARTITIONS);
                // Then each store is read from the beginning of its topic again, and the answers are the same
                try (var app = StreamsApp.open(pipeline, settings, registry, allocator)) {
                    assertThat(StandbyIT.awaitAll(app, feed, allocator)).isEqualTo(before);
                    assertThat(rebuilt(app)).isEqualTo(damaged);
                    // And more rows are taken on top of it
                    feed.play(RECORDS / 4);
                    assertOracle(StandbyIT.awaitAll(app, feed, allocator), feed);
                }
            }
        }
    }

    /** Damages the manifest or the newest file of each store that has some, and gives the stores with their partitions. */
    private Set<String> damage(SplittableRandom random) throws IOException {
        var damaged = new TreeSet<String>();
        List<Path> manifests;
        try (var paths = Files.walk(folder)) {
            manifests = paths.filter(path -> path.endsWith("manifest")).sorted().toList();
        }
        for (Path manifest : manifests) {
            Path store = manifest.getParent();
            flip(random.nextBoolean() ? manifest : newest(store));
            var task = store.getParent().getParent().getFileName().toString();
            damaged.add(store.getFileName() + "/" + task.substring(task.indexOf('_') + 1));
        }
        return damaged;
    }

    /** What was written with the last manifest; older files may be there that it does not name. */
    private static Path newest(Path store) throws IOException {
        try (var files = Files.list(store)) {
            return files.filter(file -> file.toString().endsWith(".arrow"))
                    .max(Comparator.comparingInt(DamagedStateIT::number))
                    .orElseThrow();
        }
    }

    private static int number(Path file) {
        return Integer.parseInt(file.getFileName().toString().replaceAll("\\D", ""));
    }

    private static void flip(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, channel.size() / 2);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), channel.size() / 2);
        }
    }

    private static Set<String> rebuilt(StreamsApp app) {
        var rebuilt = new TreeSet<String>();
        for (RestoreStatus restore : app.restores()) {
            if (restore.startOffset() == 0 && restore.restoredRows() > 0) {
                rebuilt.add(restore.store() + "/" + restore.partition());
            }
        }
        return rebuilt;
    }

    /** The state of each view is what the oracle says. */
    private static void assertOracle(List<String> lines, ClusterFeed feed) {
        for (String view : ClusterMarket.VIEWS) {
            for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                var begin = "row\t%s\t%d\t".formatted(view, partition);
                Map<String, String> found = new TreeMap<>();
                lines.stream().filter(line -> line.startsWith(begin)).forEach(line -> {
                    var cells = line.split("\t", -1);
                    found.put(cells[3], cells[4]);
                });
                assertThat(found)
                        .as("state of %s-%s", view, partition)
                        .isEqualTo(ClusterMarket.expected(
                                view, feed.ticks("trades", partition), feed.ticks("quotes", partition)));
            }
        }
    }
}
