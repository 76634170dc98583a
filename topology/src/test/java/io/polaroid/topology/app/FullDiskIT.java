package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.testsupport.FullDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process whose disk is full while rows keep coming: it says so and tries again, publishes nothing that is wrong, and goes on by itself once
 * there is room.
 */
class FullDiskIT {
    private static final int ROWS = 24_000;
    /** They take more than memory and disk have. */
    private static final int FIRST = 16_000;

    private static final int DEVICES = 50;
    private static final long FREE = 8L << 20;

    /** Where the device is that sends half of all rows. */
    private static final String CROWDED = "readings-" + SeriesKey.partition(WideFeed.name(0), WideFeed.PARTITIONS);

    private static final String SAID = "free disk space or raise a limit";

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void goesOnWhenThereIsRoom() throws Exception {
        var state = Files.createDirectories(folder.resolve("instance-0"));
        var disk = FullDisk.best(state, FREE);
        var launch = new ChildJvm.Launch(disk.before(), ChildJvm.Launch.USUAL.flags());
        var registry = new HashRegistry();
        // Given state that takes more than memory and disk have
        try (var cluster = new Cluster(folder, "wide", List.of("polaroid.state.memory.bytes=4000000"), launch);
                var feed = new WideFeed(cluster.servers(), registry, ROWS, DEVICES)) {
            assertThat(cluster.stateFolder(0)).isEqualTo(state);
            Topics.create(WideFeed.pipeline(), cluster.servers());
            cluster.join(0);
            cluster.awaitUp(0);
            feed.play(0, FIRST);
            awaitTold(cluster, 1);
            // When more comes, then it is not taken, though what a commit interval held before the first refusal may
            // have been
            long held = feed.ends().get(CROWDED);
            feed.play(FIRST, ROWS);
            feed.end();
            awaitTold(cluster, 4 * cluster.told(SAID).size());
            assertThat(cluster.committed().getOrDefault(CROWDED, 0L)).isLessThanOrEqualTo(held);
            // Then what is published is right, however much of it there is
            assertThat(feed.expected()).containsAllEntriesOf(published(cluster, registry));
            // When there is room, then all is as if there had always been
            assertThat(cluster.ask(0, "room " + String.join(" ", disk.room()))).isEqualTo("made");
            cluster.awaitCommitted(feed.ends());
            cluster.awaitMarkers(List.of("hours"));
            assertThat(published(cluster, registry)).isEqualTo(feed.expected());
            long rows = feed.ends().values().stream().mapToLong(Long::longValue).sum();
            while (!cluster.ask(0, "rows").equals(rows + " 0 0")) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            for (int device = 0; device < DEVICES; device++) {
                assertThat(StateLimit.digest(cluster, device, 1))
                        .as("rows of device %d", device)
                        .isEqualTo(feed.digest(device));
            }
        }
    }

    private static void awaitTold(Cluster cluster, int times) throws Exception {
        while (cluster.told(SAID).size() < times) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** What is published of the devices; without the rows that close all hours. */
    private static Map<String, String> published(Cluster cluster, HashRegistry registry) {
        var published = StateLimit.published(cluster, registry);
        published.keySet().removeIf(key -> key.startsWith("END"));
        return published;
    }
}
